#include <format>
#include <string>
#include <string_view>
#include <variant>

#include "base/json.hpp"
#include "fuzz/demand.hpp"
#include "fuzz/targets.hpp"
#include "host/control_protocol.hpp"
#include "host/published_state.hpp"
#include "host/run_history.hpp"

namespace svcwrap::fuzz {

namespace {

void check_state(const Json& json) {
    const auto state = host::published_state_from_json(json);
    if (!state) {
        demand(state.error().kind == ErrorKind::io_failed);
        return;
    }
    const std::string text = to_json_text(host::to_json(*state));
    const auto again = host::published_state_from_json(svcwrap::parse_json(text).value());
    demand(again && to_json_text(host::to_json(*again)) == text);
}

void check_talk(std::string_view line) {
    if (const auto command = host::parse_request(line)) {
        demand(host::parse_request(host::request_line(*command)) == *command);
    }
    const auto answer = host::parse_answer(line);
    if (answer) {
        demand(to_json_text(host::parse_answer(host::success_line(*answer)).value()) == to_json_text(*answer));
        return;
    }
    demand(!answer.error().empty());
    const std::string told = host::failure_line(answer.error());
    const auto again = host::parse_answer(told);
    demand(!told.contains('\n') && !again && host::failure_line(again.error()) == told);
}

// Chance does not find check sums, so a list of runs gets the right one.
std::string sealed_history(const JsonArray& runs) {
    std::uint64_t sum = 0xCBF29CE484222325;
    for (const char c : to_json_text(runs)) {
        sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    }
    return to_json_text(JsonObject{{"version", 1}, {"check_sum", std::format("{:016x}", sum)}, {"runs", runs}});
}

void check_history(std::string_view text, bool is_sealed) {
    const auto runs = host::parse_history(text);
    demand(runs || !is_sealed);
    if (!runs) {
        demand(runs.error().kind == ErrorKind::io_failed);
        return;
    }
    const std::string written = host::history_text(*runs);
    const auto again = host::parse_history(written);
    demand(again && host::history_text(*again) == written);
}

}  // namespace

void read_messages(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = text_of(data, size);
    check_talk(text);
    check_history(text, false);
    const auto json = svcwrap::parse_json(text);
    if (!json) {
        return;
    }
    check_state(*json);
    if (const auto* runs = std::get_if<JsonArray>(&json->value())) {
        check_history(sealed_history(*runs), true);
    }
}

}  // namespace svcwrap::fuzz
