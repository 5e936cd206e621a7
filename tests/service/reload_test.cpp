// A running service takes over its edited configuration.
#include <catch_amalgamated.hpp>
#include <string>

#include "service/programs.hpp"
#include "service/test_service.hpp"

using namespace svcwrap::testing;
using svcwrap::Json;

namespace {

const std::string k_teller = "hook.exe";
// The program does not listen for anything.
const std::string k_quick_stop = "[stop]\nsteps = [{ method = \"terminate\" }]\n";
const std::string k_live = "[restart]\ndelay = \"7s\"\n";

// Of the changes that `reload --json` tells, what that of the setting needs; empty if it is not among them.
std::string needs_of(const Json& settings, const std::string& key) {
    for (const Json& entry : elements(settings)) {
        if (entry.find("setting")->as_string() == key) return entry.find("needs")->as_string();
    }
    return {};
}

Json reload_json(const TestService& service) {
    const Answer answer = service.command("reload", {"--json"});
    INFO(to_text(answer) << "\njournal: " << service.journal());
    REQUIRE(answer.exit_code == 0);
    const auto json = svcwrap::parse_json(answer.output);
    REQUIRE(json);
    REQUIRE(json->find("settings") != nullptr);
    return *json->find("settings");
}

}  // namespace

TEST_CASE("A reload takes over what it can at once and names what the rest needs; a restart of the child brings it") {
    const TestService service(telling("one"), k_quick_stop);
    service.start();
    service.wait_for_log("arg=one\n");
    const Process child = service.child(k_teller);
    const DWORD wrapper = service.scm().dwProcessId;

    service.rewrite(telling("two"), k_quick_stop + k_live);
    const Json settings = reload_json(service);
    INFO(svcwrap::to_json_text(settings));
    CHECK(needs_of(settings, "restart.delay") == "nothing");
    CHECK(needs_of(settings, "process.arguments") == "child-restart");
    CHECK(elements(settings).size() == 2);
    CHECK(child.is_alive());
    CHECK(svcwrap::to_json_text(service.status_at({"waiting"})).contains("process.arguments"));

    const Answer restarted = service.command("restart", {"--child-only"});
    INFO(to_text(restarted) << "\njournal: " << service.journal());
    CHECK(restarted.exit_code == 0);
    service.wait_for_log("arg=two\n");
    CHECK(service.scm().dwProcessId == wrapper);
    CHECK_FALSE(child.is_alive());
    CHECK(elements(service.status_at({"waiting"})).empty());
    CHECK(service.status_text({"child", "start_reason"}) == "asked");
}

TEST_CASE("A reload of an unchanged file changes nothing") {
    const TestService service(sleeping());
    service.start();
    CHECK(elements(reload_json(service)).empty());
}

TEST_CASE("A reload of a file with mistakes names them with their places and changes nothing") {
    const TestService service(telling("one"), k_quick_stop);
    service.start();
    service.wait_for_log("arg=one\n");
    const Process child = service.child(k_teller);
    service.rewrite(telling("two"), "[restart]\ndelay = \"soon\"\n");

    const Answer answer = service.command("reload");
    INFO(to_text(answer));
    CHECK(answer.exit_code == 5);
    CHECK(answer.error.contains("restart.delay: \"soon\" is not a duration"));
    CHECK(answer.error.contains(to_utf8(service.config_file()) + ":"));
    CHECK(child.is_alive());
    CHECK(elements(service.status_at({"waiting"})).empty());
    CHECK(service.command("restart", {"--child-only"}).exit_code == 0);
    CHECK(wait_until([&] { return count(service.log(), "arg=one\n") == 2; }));
    CHECK_FALSE(service.log().contains("arg=two"));
    service.stop();
    CHECK(service.scm().dwWin32ExitCode == NO_ERROR);
}

TEST_CASE("The control PARAMCHANGE is a reload") {
    const TestService service(telling("one"), k_quick_stop);
    service.start();
    service.wait_for_log("arg=one\n");
    service.rewrite(telling("two"), k_quick_stop);
    CHECK(scm::control(service.name(), SERVICE_CONTROL_PARAMCHANGE).error == NO_ERROR);
    CHECK(wait_until(
        [&] { return svcwrap::to_json_text(service.status_at({"waiting"})).contains("process.arguments"); }));
}

TEST_CASE("A watched file is taken over when it is saved, and mistakes in it wait to be corrected") {
    TestService service;
    const auto config = [&](const std::string& argument, const std::string& tables) {
        std::string text = make_config(service.name(), telling(argument), k_quick_stop + tables);
        return text.insert(std::string("[service]\n").size(), "watch = true\n");
    };
    const auto is_waiting = [&] {
        return svcwrap::to_json_text(service.status_at({"waiting"})).contains("process.arguments");
    };
    REQUIRE(service.install(config("one", "")).exit_code == 0);
    service.start();
    service.wait_for_log("arg=one\n");
    write_file(service.config_file(), config("two", "[restart]\ndelay = \"soon\"\n"));
    service.wait_for_journal("\"soon\" is not a duration");
    CHECK_FALSE(is_waiting());
    write_file(service.config_file(), config("two", ""));
    CHECK(wait_until(is_waiting));
    CHECK(service.child(k_teller).is_alive());
}

TEST_CASE("A reload of a service that does not run checks its file") {
    const TestService service(sleeping());
    const Answer fine = service.command("reload");
    INFO(to_text(fine));
    CHECK(fine.exit_code == 0);
    CHECK(fine.output.contains("next start"));
    service.rewrite(sleeping(), "[restart]\ndelay = \"soon\"\n");
    const Answer wrong = service.command("reload");
    INFO(to_text(wrong));
    CHECK(wrong.exit_code == 5);
    CHECK(wrong.error.contains("restart.delay"));
}
