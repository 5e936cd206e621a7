#include "app/program.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "base/path.hpp"
#include "base/utf8.hpp"
#include "supervise/stop_plan.hpp"

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

struct Runtime {
    std::string_view stem;  // of the program's file, in lower case
    StopMethod method;
    std::string_view reason;
};

constexpr std::string_view k_python_reason =
    "Python raises KeyboardInterrupt on Ctrl-C; Ctrl-Break ends it without finally and atexit";
constexpr std::string_view k_batch_reason =
    "Ctrl-C reaches the program that a batch file runs, which is more likely to handle it than Ctrl-Break; cmd.exe's "
    "own "
    "question (Terminate batch job?) finds no input and ends";
constexpr std::string_view k_shell_reason =
    "PowerShell ends a script on Ctrl-C and runs its finally blocks; Ctrl-Break may call its debugger";
constexpr std::string_view k_javaw_reason =
    "javaw has no console, so no Ctrl-C and no Ctrl-Break reaches it; only a window can be closed. Use java.exe, whose "
    "shutdown hooks run on Ctrl-C";
constexpr std::string_view k_pythonw_reason =
    "pythonw has no console, so no Ctrl-C and no Ctrl-Break reaches it; only a window can be closed. Use python.exe, "
    "which raises KeyboardInterrupt on Ctrl-C";
// What the runtimes make of the console events: their documentation; the table of the README says the same.
constexpr std::array<Runtime, 15> k_runtimes{{
    {"java", StopMethod::ctrl_c,
     "Java runs its shutdown hooks on Ctrl-C; on Ctrl-Break it prints a thread dump and keeps running"},
    {"javaw", StopMethod::close_window, k_javaw_reason},
    {"node", StopMethod::ctrl_c,
     "Node raises SIGINT on Ctrl-C; most programs have no handler for SIGBREAK, so Ctrl-Break ends them at once"},
    {"bun", StopMethod::ctrl_c, "programs for Bun handle SIGINT, which Ctrl-C raises; few handle SIGBREAK"},
    {"deno", StopMethod::ctrl_c, "programs for Deno handle SIGINT, which Ctrl-C raises; few handle SIGBREAK"},
    {"python", StopMethod::ctrl_c, k_python_reason},
    {"python3", StopMethod::ctrl_c, k_python_reason},
    {"pypy", StopMethod::ctrl_c, k_python_reason},
    {"pypy3", StopMethod::ctrl_c, k_python_reason},
    {"py", StopMethod::ctrl_c, k_python_reason},
    {"pythonw", StopMethod::close_window, k_pythonw_reason},
    {"pyw", StopMethod::close_window, k_pythonw_reason},
    {"cmd", StopMethod::ctrl_c, k_batch_reason},
    {"powershell", StopMethod::ctrl_c, k_shell_reason},
    {"pwsh", StopMethod::ctrl_c, k_shell_reason},
}};

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
    const auto* found = std::ranges::find(k_runtimes, to_lower_ascii(file_stem(executable)), &Runtime::stem);
    if (found == k_runtimes.end()) return std::nullopt;
    return StopAdvice{found->method, found->reason};
}

std::optional<std::string> note_on_stop(const config::ServiceConfig& config) {
    const auto advice = stop_advice(config.process.executable);
    const std::vector<supervise::StopStep>& steps = config.supervise.stop.steps;
    const bool is_default = steps.size() == 1 && steps.front().method == supervise::StopStep().method;
    if (!advice || !is_default || advice->method == steps.front().method) return std::nullopt;
    const std::string better(supervise::name_of(advice->method));
    return "It is stopped by " + std::string(supervise::name_of(steps.front().method)) + "; " + better +
           " suits it better: " + std::string(advice->reason) + ". Write into " + config.file +
           ": [stop] steps = [{ method = \"" + better + "\" }]";
}

std::vector<supervise::StopStep> default_stop_steps(std::string_view executable) {
    supervise::StopStep step;
    if (const auto advice = stop_advice(executable)) step.method = advice->method;
    return {step};
}

}  // namespace svcwrap::app
