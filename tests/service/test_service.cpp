#include "service/test_service.hpp"

#include <catch_amalgamated.hpp>
#include <filesystem>
#include <format>
#include <variant>

namespace svcwrap::testing {

JsonArray elements(const Json& json) {
    const auto* array = std::get_if<JsonArray>(&json.value());
    return array == nullptr ? JsonArray() : *array;
}

std::string make_config(const std::string& name, const Program& program, std::string_view tables) {
    std::string arguments;
    for (const std::string& argument : program.arguments) arguments += toml_string(argument) + ", ";
    return std::format("[service]\nname = {}\nstart = \"manual\"\n[process]\nexecutable = {}\narguments = [{}]\n{}",
                       toml_string(name), toml_string(to_utf8(program.executable)), arguments, tables);
}

TestService::TestService() : name_(unique_name()) {}

TestService::TestService(const Program& program, std::string_view tables) : TestService() {
    const Answer answer = install(make_config(name_, program, tables));
    INFO(to_text(answer));
    REQUIRE(answer.exit_code == 0);
}

TestService::~TestService() {
    scm::clean_up(name_);
    remove_folder(folder());
    remove_folder(temp());
}

Answer TestService::install(const std::string& config) {
    write_file(config_file(), config);
    return command("install", {"--config", to_utf8(config_file())});
}

Answer TestService::command(const std::string& verb, const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{verb, name_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_svcwrap(arguments);
}

void TestService::start() const {
    scm::start(name_);
    REQUIRE(wait_until([&] { return scm::state_of(name_) != SERVICE_START_PENDING; }));
}

void TestService::stop() const {
    const Process process = wrapper();
    scm::stop(name_);
    scm::wait_for_state(name_, SERVICE_STOPPED);
    REQUIRE(process.wait_for_end());
}

SERVICE_STATUS_PROCESS TestService::scm() const {
    const auto status = scm::query(name_);
    REQUIRE(status);
    return *status;
}

Process TestService::wrapper() const {
    return open_process(scm().dwProcessId);
}

Process TestService::child(const std::string& file_name) const {
    return child_of(scm().dwProcessId, file_name);
}

Json TestService::status() const {
    const Answer answer = command("status", {"--json"});
    const auto json = parse_json(answer.output);
    INFO(to_text(answer));
    REQUIRE(json);
    return *json;
}

Json TestService::status_at(const std::vector<std::string>& way) const {
    const Json whole = status();
    const Json* at = &whole;
    for (const std::string& name : way) {
        INFO("looking for " << name << " in " << to_json_text(whole));
        at = at->find(name);
        REQUIRE(at != nullptr);
    }
    return *at;
}

std::string TestService::status_text(const std::vector<std::string>& way) const {
    return status_at(way).as_string();
}

std::int64_t TestService::status_number(const std::vector<std::string>& way) const {
    return status_at(way).as_int(-1);
}

void TestService::rewrite(const Program& program, std::string_view tables) const {
    write_file(config_file(), make_config(name_, program, tables));
}

// Beside the configuration: in the temporary folder, or in the service's own if svcwrap has written it.
Path TestService::logs() const {
    const bool own = std::filesystem::exists(folder() / to_path(name_ + ".toml"));
    return (own ? folder() : temp()) / L"logs";
}

std::string TestService::log(const std::string& file) const {
    return read_file(logs() / to_path(file));
}

std::string TestService::journal() const {
    return read_file(folder() / L"logs" / L"svcwrap.log");
}

void TestService::wait_for_log(std::string_view text) const {
    const bool came = wait_until([&] { return log().contains(text); });
    INFO("awaited: " << text << "\nlog: " << log() << "\njournal: " << journal());
    REQUIRE(came);
}

void TestService::wait_for_status(const std::vector<std::string>& way, std::string_view text) const {
    const bool came = wait_until([&] { return status_text(way) == text; });
    INFO("awaited: " << text << "\nstatus: " << to_json_text(status()) << "\njournal: " << journal());
    REQUIRE(came);
}

void TestService::wait_for_journal(std::string_view text) const {
    const bool came = wait_until([&] { return journal().contains(text); });
    INFO("awaited: " << text << "\njournal: " << journal());
    REQUIRE(came);
}

}  // namespace svcwrap::testing
