#include "base/error.hpp"

#include <array>
#include <cstddef>
#include <system_error>

#include "base/exit_status.hpp"
#include "base/windows_error.hpp"

namespace svcwrap {
namespace {

struct Kind {
    ErrorKind kind;
    std::string_view name;
    int exit_status;
};

constexpr std::array k_kinds{
    Kind{ErrorKind::usage, "usage", 2},
    Kind{ErrorKind::bad_config, "bad_config", 5},
    Kind{ErrorKind::not_found, "not_found", 4},
    Kind{ErrorKind::already_exists, "already_exists", 6},
    Kind{ErrorKind::access_denied, "access_denied", 7},
    Kind{ErrorKind::launch_failed, "launch_failed", 8},
    Kind{ErrorKind::timed_out, "timed_out", 9},
    Kind{ErrorKind::io_failed, "io_failed", 10},
    Kind{ErrorKind::scm_failed, "scm_failed", 11},
    Kind{ErrorKind::internal, "internal", 70},
};

const Kind& row_of(ErrorKind kind) {
    for (const Kind& row : k_kinds) {
        if (row.kind == kind) return row;
    }
    return k_kinds.back();
}

#ifdef _WIN32
std::string words_of(std::uint32_t code) {
    const auto* text = find_windows_error(code);
    return text ? std::string(text->meaning) : std::string();
}

std::string_view known_remedy(std::uint32_t code) {
    const auto* text = find_windows_error(code);
    return text ? text->remedy : std::string_view();
}
#else
std::string words_of(std::uint32_t code) {
    return std::generic_category().message(static_cast<int>(code));
}

std::string_view known_remedy(std::uint32_t) {
    return {};
}
#endif

void append_os_code(std::string& out, const Error& error) {
    const auto words = words_of(*error.os_code);
    out += " (error " + std::to_string(*error.os_code);
    if (!words.empty() && !error.message.contains(words)) out += ": " + words;
    out += ')';
}

}  // namespace

Error with_context(Error error, std::string_view context) {
    error.message = std::string(context) + ": " + error.message;
    return error;
}

std::string_view name_of(ErrorKind kind) {
    return row_of(kind).name;
}

int exit_status_of(ErrorKind kind) {
    return row_of(kind).exit_status;
}

std::string to_text(const Error& error) {
    std::string out = error.where.empty() ? std::string() : error.where + ": ";
    out += error.message;
    if (error.os_code) append_os_code(out, error);
    std::string_view remedy = error.remedy;
    if (remedy.empty() && error.os_code) remedy = known_remedy(*error.os_code);
    if (!remedy.empty()) out.append("\n  ").append(remedy);
    return out;
}

}  // namespace svcwrap
