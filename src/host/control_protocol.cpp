#include "host/control_protocol.hpp"

#include <array>
#include <format>
#include <utility>

#include "host/json_fields.hpp"

namespace svcwrap::host {
namespace {

constexpr std::array<std::string_view, k_control_command_count> k_names{"status", "reload", "restart-child", "rotate",
                                                                        "start-child"};

std::unexpected<Error> not_understood(const std::string& why) {
    std::string known;
    for (const std::string_view name : k_names) known += (known.empty() ? "" : ", ") + std::string(name);
    return fail(ErrorKind::usage, "read a request of the control channel: " + why,
                std::format("send one line like {{\"version\": {}, \"command\": \"status\"}}; commands: {}",
                            k_control_version, known));
}

// As the commands' own output has it (app/README.md).
Json error_json(const Error& error) {
    return JsonObject{{"kind", name_of(error.kind)},
                      {"message", error.message},
                      {"os_code", error.os_code ? Json(*error.os_code) : Json()},
                      {"where", error.where},
                      {"remedy", error.remedy}};
}

constexpr std::size_t k_error_kind_count = static_cast<std::size_t>(ErrorKind::internal) + 1;

Error error_from(const Json& json) {
    Error error;
    error.kind = enum_from<ErrorKind>(text_in(json, "kind"), k_error_kind_count).value_or(ErrorKind::internal);
    error.message = text_in(json, "message");
    if (const Json* code = json.find("os_code"); code != nullptr && !code->is_null()) {
        error.os_code = static_cast<std::uint32_t>(code->as_int());
    }
    error.where = text_in(json, "where");
    error.remedy = text_in(json, "remedy");
    return error;
}

std::vector<Error> errors_in(const Json& answer) {
    std::vector<Error> errors;
    if (const JsonArray* list = list_in(answer, "errors")) {
        for (const Json& entry : *list) errors.push_back(error_from(entry));
    }
    if (const Json* only = answer.find("error"); errors.empty() && only != nullptr) errors.push_back(error_from(*only));
    if (errors.empty())
        errors.push_back({.kind = ErrorKind::internal, .message = "the wrapper refused without a reason"});
    return errors;
}

std::unexpected<std::vector<Error>> no_answer(std::string_view why) {
    return std::unexpected(std::vector{
        Error{.kind = ErrorKind::io_failed, .message = "read the answer of the wrapper: " + std::string(why)}});
}

}  // namespace

std::string_view name_of(ControlCommand command) {
    return k_names.at(static_cast<std::size_t>(command));
}

std::string request_line(ControlCommand command) {
    return to_json_text(JsonObject{{"version", k_control_version}, {"command", name_of(command)}});
}

Result<ControlCommand> parse_request(std::string_view line) {
    const auto json = parse_json(line);
    if (!json) return not_understood("it is not JSON: " + json.error().message);
    const Json* version = json->find("version");
    if (version == nullptr || version->as_int() != k_control_version) {
        return not_understood(std::format("its version is not {}", k_control_version));
    }
    const std::string name = text_in(*json, "command");
    const auto command = enum_from<ControlCommand>(name, k_control_command_count);
    if (!command) return not_understood("there is no command \"" + name + "\"");
    return *command;
}

std::string success_line(Json result) {
    return to_json_text(JsonObject{{"version", k_control_version}, {"ok", true}, {"result", std::move(result)}});
}

std::string failure_line(const std::vector<Error>& errors) {
    const Error unknown{.kind = ErrorKind::internal, .message = "it failed without a reason"};
    JsonArray all;
    for (const Error& error : errors) all.push_back(error_json(error));
    return to_json_text(JsonObject{{"version", k_control_version},
                                   {"ok", false},
                                   {"error", error_json(errors.empty() ? unknown : errors.front())},
                                   {"errors", std::move(all)}});
}

std::expected<Json, std::vector<Error>> parse_answer(std::string_view line) {
    const auto json = parse_json(line);
    if (!json) return no_answer("it is not JSON: " + json.error().message);
    if (number_in(*json, "version") != k_control_version) return no_answer("it is of another version");
    const Json* ok = json->find("ok");
    if (ok == nullptr || !std::holds_alternative<bool>(ok->value())) return no_answer("it says neither yes nor no");
    if (!ok->as_bool()) return std::unexpected(errors_in(*json));
    const Json* result = json->find("result");
    return result == nullptr ? Json() : *result;
}

}  // namespace svcwrap::host
