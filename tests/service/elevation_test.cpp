// Without administrator rights.
#include <catch_amalgamated.hpp>
#include <string>

#include "service/programs.hpp"
#include "service/test_service.hpp"

using namespace svcwrap::testing;

namespace {

// Our own token without the administrators' rights: what a prompt has that was not opened "as administrator".
Handle restricted_token() {
    HANDLE own = nullptr;
    REQUIRE(OpenProcessToken(GetCurrentProcess(), TOKEN_DUPLICATE | TOKEN_QUERY | TOKEN_ASSIGN_PRIMARY, &own));
    const Handle closer(own);
    BYTE administrators[SECURITY_MAX_SID_SIZE];
    DWORD size = sizeof administrators;
    REQUIRE(CreateWellKnownSid(WinBuiltinAdministratorsSid, nullptr, administrators, &size));
    SID_AND_ATTRIBUTES disabled{.Sid = administrators, .Attributes = 0};
    HANDLE made = nullptr;
    REQUIRE(CreateRestrictedToken(own, DISABLE_MAX_PRIVILEGE, 1, &disabled, 0, nullptr, 0, nullptr, &made));
    return Handle(made);
}

}  // namespace

TEST_CASE("Without administrator rights install and uninstall say that an elevated prompt is needed",
          "[windows-only]") {
    if (under_wine()) SKIP("under Wine everybody is an administrator");
    const Handle token = restricted_token();
    const TestService service(sleeping());
    const std::string known = service.name();
    const std::string other = unique_name();
    const std::string line =
        GENERATE_COPY("uninstall " + known, "install " + other + " --exe \"" + to_utf8(fixture("sleep_ms")) + "\"");
    Subprocess command(svcwrap_exe(), "svcwrap.exe " + line, token.get());
    command.finish();
    INFO(command.error_output());
    CHECK(command.process().exit_code() == 7);
    CHECK(command.error_output().contains("Run as administrator"));
    CHECK(scm::exists(known));
    CHECK_FALSE(scm::exists(other));
}
