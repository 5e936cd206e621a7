// Who may open the pipe of a control channel.
#ifdef _WIN32
#include <windows.h>
// after windows.h
#include <aclapi.h>
#include <sddl.h>

#include <algorithm>

#include <catch_amalgamated.hpp>
#include <thread>
#include <vector>

#include "platform/native.hpp"
#include "platform/win32/security.hpp"
#include "platform/win32/wide.hpp"

namespace svcwrap::platform::win32 {

namespace {

struct Served {
    std::unique_ptr<ControlChannel> channel = make_control_channel();
    std::string address = channel->make_address("pipe-test");
    std::unique_ptr<ControlServer> server =
        channel->serve(address, [](std::string line, const ControlAnswer& answer) { answer(std::move(line)); }).value();
};

KernelHandle open_client(const std::string& address) {
    return KernelHandle(CreateFileW(to_wide(address).c_str(), FILE_GENERIC_READ | FILE_WRITE_DATA, 0, nullptr,
                                    OPEN_EXISTING, 0, nullptr));
}

std::string dacl_of(HANDLE pipe) {
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    if (GetSecurityInfo(pipe, SE_KERNEL_OBJECT, DACL_SECURITY_INFORMATION, nullptr, nullptr, nullptr, nullptr,
                        &descriptor) != ERROR_SUCCESS) {
        return "unreadable";
    }
    const LocalMemory owner(descriptor);
    wchar_t* text = nullptr;
    ConvertSecurityDescriptorToStringSecurityDescriptorW(descriptor, SDDL_REVISION_1, DACL_SECURITY_INFORMATION, &text,
                                                         nullptr);
    const LocalMemory text_owner(text);
    return from_wide(text);
}

}  // namespace

TEST_CASE("the pipe is for SYSTEM and Administrators, and for the own user outside of session 0, whoever made it") {
    const Served served;
    // As many as there are instances: each has the same permissions.
    std::vector<KernelHandle> clients;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(open_client(served.address));
        REQUIRE(clients.back().is_open());
        const std::string dacl = dacl_of(clients.back().get());
        INFO(dacl);
        CHECK(dacl.starts_with("D:P"));
        CHECK(dacl.contains("(A;;0x12018b;;;SY)"));
        CHECK(dacl.contains("(A;;0x12018b;;;BA)"));
        CHECK_FALSE(dacl.contains("S-1-3-4"));
        CHECK_FALSE(dacl.contains("S-1-5-33"));
        CHECK_FALSE(dacl.contains(";;;WD)"));
        DWORD session = 0;
        REQUIRE(ProcessIdToSessionId(GetCurrentProcessId(), &session) != 0);
        CHECK(std::ranges::count(dacl, '(') == (session == 0 ? 2 : 3));
    }
    // One more than that waits for a place, and gets it.
    const HANDLE fifth = CreateFileW(to_wide(served.address).c_str(), FILE_GENERIC_READ | FILE_WRITE_DATA, 0, nullptr,
                                     OPEN_EXISTING, 0, nullptr);
    const DWORD error = GetLastError();
    CHECK(fifth == INVALID_HANDLE_VALUE);
    CHECK(error == ERROR_PIPE_BUSY);
    std::jthread leaving([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        clients.clear();
    });
    CHECK(served.channel->ask(served.address, GetCurrentProcessId(), "hello", std::chrono::seconds(60)) == "hello");
}

TEST_CASE("while a pipe is served nobody else can serve it") {
    const Served served;
    const auto second = served.channel->serve(served.address, [](const std::string&, const ControlAnswer&) {});
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().kind == ErrorKind::already_exists);
    CHECK(CreateNamedPipeW(to_wide(served.address).c_str(), PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE,
                           PIPE_UNLIMITED_INSTANCES, 0, 0, 0, nullptr) == INVALID_HANDLE_VALUE);
}

TEST_CASE("servers leave no handle behind") {
    const auto count_handles = [] {
        DWORD count = 0;
        GetProcessHandleCount(GetCurrentProcess(), &count);
        return count;
    };
    const auto one_life = [] {
        const Served served;
        for (int i = 0; i < 3; ++i) {
            CHECK(served.channel->ask(served.address, GetCurrentProcessId(), "x", std::chrono::seconds(60)) == "x");
        }
    };
    one_life();
    one_life();
    const DWORD before = count_handles();
    for (int i = 0; i < 20; ++i) {
        one_life();
    }
    CHECK(count_handles() <= before + 5);
}

}  // namespace svcwrap::platform::win32
#endif
