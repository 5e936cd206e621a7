#include "platform/win32/command_line.hpp"

#include "platform/win32/wide.hpp"

#include <algorithm>
#include <format>

#include "base/argv.hpp"
#include "base/path.hpp"
#include "base/utf8.hpp"

namespace svcwrap::platform::win32 {

namespace {

constexpr std::size_t k_longest_command_line = 32766;  // CreateProcessW: 32767 with the NUL
constexpr std::size_t k_longest_cmd_line = 8191;       // cmd.exe

bool is_batch_file(const std::string& path) {
    const std::string extension = file_extension(path, PathStyle::windows);
    return extension == ".bat" || extension == ".cmd";
}

bool is_plain_for_cmd(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("#$*+-./:?@\\_").contains(c);
}

// One argument as a batch file gets it in %1 (with the quotes) and hands it on to a program in %*.
std::string quote_for_cmd(const std::string& argument) {
    if (!argument.empty() && std::ranges::all_of(argument, is_plain_for_cmd)) {
        return argument;
    }
    // Final backslashes are doubled, or they would escape the quote for the program that the batch file calls.
    const std::size_t end = argument.find_last_not_of('\\');
    const std::size_t backslashes = argument.size() - (end == std::string::npos ? 0 : end + 1);
    return '"' + argument + std::string(backslashes, '\\') + '"';
}

Status refuse_unsafe_for_cmd(std::string_view text, std::string_view what) {
    constexpr std::string_view k_unsafe = "\"%\r\n";
    if (text.find_first_of(k_unsafe) == std::string_view::npos) {
        return {};
    }
    return fail(ErrorKind::launch_failed,
                std::format("{} has a quote, a percent sign or a line break, which cmd.exe cannot pass on safely to a "
                            "batch file: {}",
                            what, text),
                "write the value into the batch file or into an environment variable, or run the program directly");
}

Result<Command> make_batch_command(const LaunchSpec& spec, const std::string& system_folder) {
    if (auto safe = refuse_unsafe_for_cmd(spec.executable, "the path of the batch file"); !safe) {
        return std::unexpected(safe.error());
    }
    // The outer quotes are what /s takes away. /d: no AutoRun from the registry; /v:off: no expansion of "!".
    std::string inner = '"' + normalize_path(spec.executable, PathStyle::windows) + '"';
    for (const std::string& argument : spec.arguments) {
        if (auto safe = refuse_unsafe_for_cmd(argument, "an argument"); !safe) {
            return std::unexpected(safe.error());
        }
        inner += ' ' + quote_for_cmd(argument);
    }
    const std::string cmd = join_path(system_folder, "cmd.exe", PathStyle::windows);
    return Command{.application = cmd,
                   .command_line = std::format("{} /d /e:on /v:off /s /c \"{}\"", quote_argument(cmd), inner)};
}

bool has_nul(std::string_view text) {
    return text.contains('\0');
}

struct Variable {
    std::wstring name;
    std::wstring value;
};

bool comes_before(const Variable& a, const Variable& b) {
    return CompareStringOrdinal(a.name.c_str(), static_cast<int>(a.name.size()), b.name.c_str(),
                                static_cast<int>(b.name.size()), TRUE) == CSTR_LESS_THAN;
}

}  // namespace

Result<Command> make_command(const LaunchSpec& spec, const std::string& system_folder) {
    if (has_nul(spec.executable) || std::ranges::any_of(spec.arguments, has_nul)) {
        return fail(ErrorKind::launch_failed, "a NUL character cannot be passed to " + spec.executable);
    }
    const bool batch = is_batch_file(spec.executable);
    auto command = batch ? make_batch_command(spec, system_folder)
                         : Command{.application = spec.executable,
                                   .command_line = join_command_line(spec.executable, spec.arguments)};
    const std::size_t limit = batch ? k_longest_cmd_line : k_longest_command_line;
    if (command && to_utf16(command->command_line).size() > limit) {
        return fail(ErrorKind::launch_failed,
                    std::format("the command line of {} is longer than {} characters", spec.executable, limit),
                    "pass the long values in a file or in environment variables");
    }
    return command;
}

Result<std::wstring> make_environment_block(const Environment& environment) {
    std::vector<Variable> variables;
    for (const auto& [name, value] : environment) {
        if (name.empty() || name.contains('=') || has_nul(name) || has_nul(value)) {
            return fail(ErrorKind::launch_failed, "an environment variable cannot be named or set like this: " + name);
        }
        variables.push_back({to_wide(name), to_wide(value)});
    }
    std::ranges::stable_sort(variables, comes_before);
    std::wstring block;
    for (const Variable& variable : variables) {
        block.append(variable.name).append(1, L'=').append(variable.value).append(1, L'\0');
    }
    // An empty block is two NULs as well.
    block.append(block.empty() ? 2 : 1, L'\0');
    return block;
}

}  // namespace svcwrap::platform::win32
