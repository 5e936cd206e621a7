#include "app/program.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "base/path.hpp"
#include "base/utf8.hpp"

namespace svcwrap::app {

using supervise::StopMethod;

namespace {

struct Interpreter {
    std::string_view extension;
    std::string_view remedy;
};
constexpr std::array<Interpreter, 6> k_interpreters{{
    {".py", "Name the interpreter and pass the script: --exe python.exe -- script.py"},
    {".js", "Name the interpreter and pass the script: --exe node.exe -- script.js"},
    {".mjs", "Name the interpreter and pass the script: --exe node.exe -- script.mjs"},
    {".jar", "Name the interpreter and pass the file: --exe java.exe -- -jar program.jar"},
    {".ps1", "Name the interpreter and pass the script: --exe powershell.exe -- -NoProfile -File script.ps1"},
    {".vbs", "Name the interpreter and pass the script: --exe cscript.exe -- //nologo script.vbs"},
}};

constexpr std::string_view k_java_reason =
    "Java runs its shutdown hooks on Ctrl-C; on Ctrl-Break it prints a thread dump and keeps running";
constexpr std::string_view k_python_reason =
    "Python raises KeyboardInterrupt on Ctrl-C; Ctrl-Break ends it without finally and atexit";
constexpr std::string_view k_node_reason =
    "Node raises SIGINT on Ctrl-C; most programs have no handler for SIGBREAK, so Ctrl-Break ends them at once";
constexpr std::string_view k_batch_reason =
    "the program that a batch file runs is more likely to handle Ctrl-C than Ctrl-Break";

bool is_batch(std::string_view extension) {
    return extension == ".bat" || extension == ".cmd";
}

bool is_binary(std::string_view extension) {
    return extension == ".exe" || extension == ".com";
}

std::string remedy_for(const std::string& extension) {
    const auto* found = std::ranges::find(k_interpreters, extension, &Interpreter::extension);
    if (found != k_interpreters.end()) return std::string(found->remedy);
    return "Name a program (.exe, .com, .bat or .cmd), or the interpreter that runs this file.";
}

Result<bool> has_mz_header(platform::FileSystem& files, const std::string& path) {
    auto file = files.open_read(path);
    if (!file) return std::unexpected(file.error());
    std::array<std::byte, 2> head{};
    std::size_t have = 0;
    while (have < head.size()) {
        const auto got = (*file)->read_at(have, std::span(head).subspan(have));
        if (!got) return std::unexpected(got.error());
        if (*got == 0) return false;
        have += *got;
    }
    return head[0] == std::byte{'M'} && head[1] == std::byte{'Z'};
}

}  // namespace

Result<std::string> locate_program(const AppParts& parts, const std::string& name) {
    const std::string folder = parts.system.current_folder();
    std::string here = normalize_path(join_path(folder, name));
    if (const auto entry = parts.files.stat(here); entry && entry->type != platform::FileType::directory) return here;
    return parts.system.find_program(name, folder);
}

Status check_program(const AppParts& parts, const std::string& path) {
    const auto entry = parts.files.stat(path);
    if (!entry) {
        if (entry.error().kind != ErrorKind::not_found) return std::unexpected(entry.error());
        return fail(ErrorKind::not_found, "the program " + path + " does not exist", "Give its full path.");
    }
    if (entry->type == platform::FileType::directory) {
        return fail(ErrorKind::usage, path + " is a folder, not a program", "Name the program in it.");
    }
    const std::string extension = file_extension(path);
    if (is_batch(extension)) return {};
    if (!is_binary(extension)) {
        return fail(ErrorKind::usage, "Windows can't start " + path + " as a program", remedy_for(extension));
    }
    const auto header = has_mz_header(parts.files, path);
    if (!header) return std::unexpected(header.error());
    if (!*header) {
        return fail(ErrorKind::usage, path + " is no Windows program: it does not begin with the MZ header",
                    "The file may be damaged, or only half downloaded; get it again.");
    }
    return {};
}

std::optional<StopAdvice> stop_advice(std::string_view executable) {
    const std::string extension = file_extension(executable);
    if (is_batch(extension)) return StopAdvice{StopMethod::ctrl_c, k_batch_reason};
    const std::string stem = to_lower_ascii(file_stem(executable));
    if (stem == "java" || stem == "javaw") return StopAdvice{StopMethod::ctrl_c, k_java_reason};
    if (stem == "node") return StopAdvice{StopMethod::ctrl_c, k_node_reason};
    if (stem == "python" || stem == "pythonw" || stem == "python3" || stem == "py") {
        return StopAdvice{StopMethod::ctrl_c, k_python_reason};
    }
    return std::nullopt;
}

std::string_view text_of(StopMethod method) {
    switch (method) {
        case StopMethod::ctrl_break:
            return "ctrl-break";
        case StopMethod::ctrl_c:
            return "ctrl-c";
        case StopMethod::terminate:
            return "terminate";
    }
    return "?";
}

}  // namespace svcwrap::app
