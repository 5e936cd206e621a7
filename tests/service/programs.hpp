#pragma once
// The programs of tests/fixtures, by what they do, and what they say.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/test_service.hpp"

namespace svcwrap::testing {

// Lives until it is ended.
inline const std::string k_sleeper = "sleep_ms.exe";
[[nodiscard]] inline Program sleeping() {
    return {.executable = fixture("sleep_ms"), .arguments = {"600000"}};
}

// Ends by itself with that code.
inline const std::string k_ender = "exit_with.exe";
[[nodiscard]] inline Program ending_with(DWORD code, Milliseconds after = {}) {
    return {.executable = fixture("exit_with"),
            .arguments = {std::to_string(code), "--after", std::to_string(after.count())}};
}
[[nodiscard]] inline Program crashing() {
    return {.executable = fixture("crash"), .arguments = {}};
}

// Says "error mode 0x8001" and ends with 0.
[[nodiscard]] inline Program telling_error_mode() {
    return {.executable = fixture("print_error_mode"), .arguments = {}};
}

// Says goodbye when it is asked to stop.
inline const std::string k_polite = "graceful.exe";
inline constexpr std::string_view k_ready = "ready\n";
inline constexpr std::string_view k_asked_by_ctrl_c = "stopping by c\n";
inline constexpr std::string_view k_asked_by_ctrl_break = "stopping by break\n";
inline constexpr std::string_view k_goodbye = "bye\n";
[[nodiscard]] inline Program graceful(const std::vector<std::string>& arguments = {}) {
    return {.executable = fixture("graceful"), .arguments = arguments};
}

// Takes no notice of being asked.
inline const std::string k_stubborn = "ignore_stop.exe";
inline constexpr std::string_view k_deaf = "deaf\n";
[[nodiscard]] inline Program stubborn() {
    return {.executable = fixture("ignore_stop"), .arguments = {"600000"}};
}

// Has a child of the same name. Both live until they are ended.
inline const std::string k_parent = "spawn_grandchild.exe";
[[nodiscard]] inline Program parent() {
    return {.executable = fixture("spawn_grandchild"), .arguments = {"600000"}};
}

// That program and its child, below the process of that id. Whatever svcwrap does not end, the test does.
struct Family {
    Process child;
    Process grandchild;

    ~Family() {
        child.terminate(1);
        grandchild.terminate(1);
    }
};
[[nodiscard]] inline Family family_below(DWORD id) {
    Process child = child_of(id, k_parent);
    Process grandchild = child_of(child.id(), k_parent);
    return {.child = std::move(child), .grandchild = std::move(grandchild)};
}

// Starts a child that keeps the output open, says its id and ends with 7.
inline const std::string k_dying_parent = "spawn_and_die.exe";
[[nodiscard]] inline Program dying_parent() {
    return {.executable = fixture("spawn_and_die"), .arguments = {"600000"}};
}

// Ends well when it reads "quit" on its standard input, with 4 at its end; deaf otherwise.
inline const std::string k_reader = "stdin_quit.exe";
inline constexpr std::string_view k_reading = "reading\n";
[[nodiscard]] inline Program reading_input() {
    return {.executable = fixture("stdin_quit"), .arguments = {}};
}

// Has a window, and ends well when that is asked to close.
inline const std::string k_windowed = "window.exe";
inline constexpr std::string_view k_has_window = "open\n";
[[nodiscard]] inline Program windowed() {
    return {.executable = fixture("window"), .arguments = {}};
}

// Counts aloud for a minute.
inline const std::string k_ticker = "ticker.exe";
[[nodiscard]] inline Program ticking() {
    return {.executable = fixture("ticker"), .arguments = {}};
}

// Says its arguments, "arg=..." a line, and those of its variables that are svcwrap's; lives until it is ended.
[[nodiscard]] inline Program telling(const std::string& argument) {
    return {.executable = fixture("hook"), .arguments = {"--sleep", "600000", argument}};
}
// The table of a hook that does the same and ends with a code.
[[nodiscard]] inline std::string hook_table(std::string_view moment, int code = 0, std::string_view more = {}) {
    return "[hooks." + std::string(moment) + "]\ncommand = [" + toml_string(to_utf8(fixture("hook"))) +
           ", \"--code\", \"" + std::to_string(code) + "\"]\n" + std::string(more);
}

// So many numbered lines of that size.
[[nodiscard]] inline Program chatter(int lines, int size, const std::string& to = "stdout") {
    return {.executable = fixture("chatter"),
            .arguments = {"--lines", std::to_string(lines), "--size", std::to_string(size), "--to", to}};
}

// Says last words, closes its output and lives on.
inline const std::string k_mute = "close_stdout.exe";
[[nodiscard]] inline Program going_mute() {
    return {.executable = fixture("close_stdout"), .arguments = {"600000"}};
}

[[nodiscard]] inline Program echoing(const std::vector<std::string>& arguments) {
    return {.executable = fixture("echo_args"), .arguments = arguments};
}
// What a text of echo_args ("5:a b c\n" for each argument) says that it was given; as far as it is whole.
[[nodiscard]] inline std::vector<std::string> echoed_arguments(std::string_view text) {
    std::vector<std::string> arguments;
    while (true) {
        const std::size_t colon = text.find(':');
        if (colon == std::string_view::npos) return arguments;
        const std::size_t size = std::stoul(std::string(text.substr(0, colon)));
        if (text.size() < colon + 1 + size + 1) return arguments;
        arguments.emplace_back(text.substr(colon + 1, size));
        text.remove_prefix(colon + 1 + size + 1);
    }
}

}  // namespace svcwrap::testing
