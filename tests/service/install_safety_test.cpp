// What install and start refuse, and what an update changes, in the real registry of services.
#include <windows.h>

#include <aclapi.h>
#include <sddl.h>

#include <catch_amalgamated.hpp>
#include <filesystem>

#include "service/programs.hpp"
#include "service/test_service.hpp"

namespace svcwrap::testing {

namespace {

// Everyone may do everything there.
void let_everyone_in(const Path& folder) {
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    REQUIRE(ConvertStringSecurityDescriptorToSecurityDescriptorW(L"D:P(A;OICI;FA;;;WD)", SDDL_REVISION_1, &descriptor,
                                                                 nullptr) != 0);
    const BOOL set = SetFileSecurityW(folder.c_str(), DACL_SECURITY_INFORMATION, descriptor);
    LocalFree(descriptor);
    REQUIRE(set != 0);
}

// A program in a folder that everyone can write in.
Path open_program(const TestService& service) {
    const Path folder = service.temp() / L"open to all";
    std::filesystem::create_directories(folder);
    std::filesystem::copy_file(fixture("sleep_ms"), folder / L"sleep_ms.exe");
    let_everyone_in(folder);
    return folder / L"sleep_ms.exe";
}

}  // namespace

TEST_CASE("A program that everyone can replace is installed and started only if that is asked for and recorded") {
    const TestService service;
    const std::string program = to_utf8(open_program(service));
    const Answer refused = service.command("install", {"--exe", program, "--start", "manual", "--", "600000"});
    INFO(to_text(refused));
    CHECK(refused.exit_code == 7);
    CHECK(refused.error.contains("open to all"));
    CHECK(refused.error.contains("icacls"));
    CHECK_FALSE(scm::query(service.name()));

    const Answer installed = service.command(
        "install", {"--exe", program, "--start", "manual", "--stop", "terminate", "--allow-insecure", "--", "600000"});
    INFO(to_text(installed));
    REQUIRE(installed.exit_code == 0);
    CHECK(read_file(service.folder() / to_path(service.name() + ".toml")).contains("allow_insecure = true"));
    const Answer started = service.command("start");
    INFO(to_text(started));
    CHECK(started.exit_code == 0);
}

TEST_CASE("A service whose program was opened to everyone after its installation is not started") {
    const TestService service(sleeping());
    const Path folder = service.temp() / L"logs";
    std::filesystem::create_directories(folder);
    let_everyone_in(folder);
    const Answer refused = service.command("start");
    INFO(to_text(refused));
    CHECK(refused.exit_code == 7);
    CHECK(service.scm().dwCurrentState == SERVICE_STOPPED);
}

TEST_CASE("A service that runs does not adopt a program that everyone can replace, unless its file allows it") {
    const TestService service(sleeping(), k_stop_by_ctrl_c);
    service.start();
    const Process child = service.child(k_sleeper);
    const Program open{.executable = open_program(service), .arguments = {"600000"}};
    service.rewrite(open, k_stop_by_ctrl_c);
    const Answer refused = service.command("reload");
    INFO(to_text(refused) << "\njournal: " << service.journal());
    CHECK(refused.exit_code == 7);
    CHECK(refused.error.contains("open to all"));
    CHECK(refused.error.contains("icacls"));
    CHECK(service.journal().contains("reload refused, nothing was changed"));
    CHECK(elements(service.status_at({"waiting"})).empty());
    CHECK(child.is_alive());

    std::string config = read_file(service.config_file());
    write_file(service.config_file(), config.insert(config.find("[process]"), "allow_insecure = true\n"));
    const Answer adopted = service.command("reload");
    INFO(to_text(adopted) << "\njournal: " << service.journal());
    CHECK(adopted.exit_code == 0);
    CHECK(child.is_alive());
}

TEST_CASE("An update brings the registration in line with the file while the service runs") {
    const TestService service(sleeping(), k_stop_by_ctrl_c);
    service.start();
    const Answer updated = service.command("install", {"--update", "--description", "what it is", "--start", "auto"});
    INFO(to_text(updated));
    REQUIRE(updated.exit_code == 0);
    CHECK(updated.output.contains("start mode: manual -> auto"));
    CHECK(updated.output.contains("what it is"));
    CHECK(read_file(service.config_file()).contains("description = \"what it is\""));
    const Answer again = service.command("install", {"--update"});
    INFO(to_text(again));
    CHECK(again.exit_code == 0);
    CHECK(again.output.contains("nothing was changed"));
    CHECK(service.scm().dwCurrentState == SERVICE_RUNNING);
}

}  // namespace svcwrap::testing
