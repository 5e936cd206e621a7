// Why a run ended: exit codes, crashes, launches that failed.
#include <array>
#include <charconv>
#include <utility>

#include "app/diagnosis_parts.hpp"
#include "base/argv.hpp"
#include "base/path.hpp"
#include "base/utf8.hpp"
#include "base/windows_error.hpp"

namespace svcwrap::app {

namespace {

constexpr PathStyle k_windows = PathStyle::windows;

struct LaunchError {
    std::uint32_t code;
    std::string_view name;
};
// Codes of winerror.h with which CreateProcess refuses, and what they mean for a service.
constexpr std::array<LaunchError, 14> k_launch_errors{{
    {2, "launch-not-found"},
    {3, "launch-not-found"},
    {5, "launch-access-denied"},
    {53, "launch-not-found"},
    {67, "launch-not-found"},
    {193, "launch-bad-image"},
    {206, "launch-too-long"},
    {216, "launch-bad-image"},
    {225, "launch-blocked"},
    {267, "launch-bad-folder"},
    {740, "launch-elevation"},
    {1260, "launch-blocked"},
    {4551, "launch-blocked"},
    {14001, "launch-side-by-side"},
}};

std::string_view launch_name(std::uint32_t code) {
    for (const LaunchError& row : k_launch_errors) {
        if (row.code == code) return row.name;
    }
    return "launch-failed";
}

bool is_on_share(std::string_view path) {
    return path.starts_with("\\\\") && !path.starts_with("\\\\?\\") && !path.starts_with("\\\\.\\");
}

bool is_in_profile(std::string_view path) {
    const std::string lower = to_lower_ascii(normalize_path(path, k_windows));
    return lower.size() > 9 && lower.substr(1).starts_with(":\\users\\") &&
           !lower.substr(1).starts_with(":\\users\\public\\");
}

// Drives that someone has mapped have letters behind those of the local disks; C: never is one.
bool may_be_mapped(std::string_view path) {
    return path.size() > 2 && path[1] == ':' && path[0] != 'C' && path[0] != 'c';
}

std::string place_of(std::string_view path) {
    return may_be_mapped(path) ? std::string(path.substr(0, 2)) : std::string();
}

// The account can't see what a person at a prompt sees.
EndCause invisible(const std::string& path, const std::string& account, bool seen_here) {
    const std::string here = seen_here ? "This prompt sees " + path + ", but the service's account does not: " : "";
    if (may_be_mapped(path)) {
        return {.code = "launch-mapped-drive",
                .cause = here + "drive " + place_of(path) +
                         " may be a mapped network drive. Those belong to one logon session; no service sees them",
                .remedy =
                    "Put the program on a local disk, or name the share itself (\\\\server\\share\\...) and run the "
                    "service under an account that may read it."};
    }
    if (is_on_share(path)) {
        return {.code = "launch-share",
                .cause = here + path + " is on a network share, which the account " + account + " can't reach or read",
                .remedy =
                    "Use an account that may read the share (a domain account or a gMSA), or a local copy of the "
                    "program."};
    }
    return {.code = "launch-profile",
            .cause = here + path + " is in a user's profile, where the account " + account + " may not read",
            .remedy =
                "Move the program out of the profile, to C:\\Program Files for example, or let the account read its "
                "folder."};
}

bool is_hidden_from_account(const std::string& path, std::uint32_t code, bool seen_here) {
    const bool missing = code == 2 || code == 3 || code == 53 || code == 67;
    if (missing) return is_on_share(path) || may_be_mapped(path) || (seen_here && is_in_profile(path));
    return code == 5 && (is_in_profile(path) || is_on_share(path));
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

bool is_part_of_path(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || std::string_view("._-\\/").contains(c);
}

// Whether the launch failed at the program itself. The working folder, the environment file and a hook fail with the
// same codes, and a hook may well be the same program.
bool is_about_program(const std::string& detail, const std::string& program) {
    const std::string line = to_lower_ascii(first_line(detail));
    const std::string path = to_lower_ascii(program);
    if (path.empty() || line.starts_with("pre_start: ")) return false;
    const auto at = line.find(path);
    if (at == std::string::npos) return false;
    const std::size_t end = at + path.size();
    return end == line.size() || !is_part_of_path(line[end]);
}

std::string known_remedy(std::uint32_t code) {
    const WindowsErrorText* known = find_windows_error(code);
    return known == nullptr ? std::string() : std::string(known->remedy) + ".";
}

std::string access_remedy(const Facts& facts) {
    return "Let the account " + facts.view.registration.configuration.account +
           " read and execute the program and its folder, and look into the virus scanner's log.";
}

// The error's own remedy: what to_text(Error) puts below the message.
std::string own_remedy(const supervise::RunEnd& end, const Facts& facts) {
    const std::string remedy = remedy_for(end);
    if (remedy.empty()) return "Try it in this console: svcwrap run " + typed(facts.view.name);
    return remedy.ends_with('.') ? remedy : remedy + ".";
}

EndCause explain_launch(const supervise::RunEnd& end, const Facts& facts) {
    const std::string line = first_line(end.detail);
    const auto code = error_code_in(line);
    EndCause cause{.code = "launch-failed",
                   .cause = "the program could not be started: " + line,
                   .remedy = own_remedy(end, facts)};
    const std::string program = facts.view.published ? facts.view.published->program : std::string();
    if (!code || !is_about_program(end.detail, program)) return cause;
    const bool seen = facts.program_is_visible.value_or(false);
    if (is_hidden_from_account(program, *code, seen)) {
        EndCause hidden = invisible(program, facts.view.registration.configuration.account, seen);
        hidden.cause = line + ". " + hidden.cause;
        return hidden;
    }
    cause.code = launch_name(*code);
    if (const std::string known = *code == 5 ? access_remedy(facts) : known_remedy(*code); !known.empty())
        cause.remedy = known;
    if (seen && cause.code == "launch-not-found")
        cause.cause += ". This prompt sees the file: it came later, or the account may not look into its folder";
    return cause;
}

std::string_view crash_name(ExitCode code) {
    switch (code.value) {
        case 0xC0000135:
        case 0xC06D007E:
            return "missing-dll";
        case 0xC0000138:
        case 0xC0000139:
        case 0xC06D007F:
            return "wrong-dll";
        case 0xC000007B:
            return "bad-image";
        case 0xC0000142:
            return "desktop-heap";
        case 0xC0000017:
        case 0xC0000044:
        case 0xC000012D:
            return "out-of-resources";
        default:
            return is_crash(code) ? "crashed" : "exited";
    }
}

// ERROR_WAIT_NO_CHILDREN (winerror.h): Windows' own where the desktop heap is exhausted, and an ordinary code of many
// tools.
constexpr std::uint32_t k_waits_for_no_child = 128;
constexpr std::uint32_t k_general_failure = 1;

EndCause explain_code(const supervise::RunEnd& end, const Facts& facts) {
    EndCause cause{.code = std::string(crash_name(end.code)), .cause = "the program ended with " + describe(end.code)};
    if (end.kind == supervise::EndKind::crashed) cause.cause = "the program crashed with " + describe(end.code);
    cause.remedy = remedy_of(end.code);
    if (!cause.remedy.empty()) cause.remedy += ".";
    if (end.code.value == k_waits_for_no_child) {
        cause.remedy = "Its last lines of output may say more: svcwrap history " + typed(facts.view.name) +
                       " --output. If it ends so without a word: " + cause.remedy;
    }
    if (cause.remedy.empty() && end.code.value == 0) {
        cause.remedy =
            "A service's program must keep running; this one did its work and ended. If that is right, use "
            "restart.policy = \"never\" or a scheduled task.";
    }
    // Words that only say to look into the output are no remedy: where that is can be told.
    const bool is_general = end.code.value == k_general_failure;
    if (cause.remedy.empty() || is_general)
        cause.remedy = "Its last lines of output say more: svcwrap history " + typed(facts.view.name) + " --output";
    return cause;
}

}  // namespace

std::optional<std::uint32_t> error_code_in(std::string_view text) {
    constexpr std::string_view k_mark = "(error ";
    const auto at = text.rfind(k_mark);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view number = text.substr(at + k_mark.size());
    std::uint32_t code = 0;
    const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), code);
    const bool closed = end != number.data() + number.size() && (*end == ':' || *end == ')');
    return problem == std::errc() && closed ? std::optional(code) : std::nullopt;
}

EndCause explain_end(const supervise::RunEnd& end, const Facts& facts) {
    switch (end.kind) {
        case supervise::EndKind::exited:
        case supervise::EndKind::crashed:
            return explain_code(end, facts);
        case supervise::EndKind::launch_failed:
            return explain_launch(end, facts);
        case supervise::EndKind::start_timed_out:
            return {.code = "launch-timeout",
                    .cause = "the program was not started in time: " + first_line(end.detail),
                    .remedy = std::string(k_slow_launch_remedy)};
        case supervise::EndKind::left_over:
            return {.code = "left-over",
                    .cause = "a process could not be ended, not even by force: " + first_line(end.detail),
                    .remedy = "It may hang in a driver: end it with Task Manager, or restart the machine."};
    }
    return {};
}

}  // namespace svcwrap::app
