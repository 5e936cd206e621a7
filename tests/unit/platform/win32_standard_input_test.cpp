// What can stand behind a standard handle of Windows.
#ifdef _WIN32
#include <winsock2.h>
// after winsock2.h
#include <windows.h>

#include <array>
#include <catch_amalgamated.hpp>
#include <string_view>

#include "platform/standard_input.hpp"

using namespace svcwrap;
using namespace svcwrap::platform;

namespace {

// Something else as the standard input, as long as this lives.
class OtherInput {
public:
    explicit OtherInput(HANDLE other) : before_(GetStdHandle(STD_INPUT_HANDLE)) {
        SetStdHandle(STD_INPUT_HANDLE, other);
    }
    ~OtherInput() { SetStdHandle(STD_INPUT_HANDLE, before_); }
    OtherInput(const OtherInput&) = delete;
    OtherInput& operator=(const OtherInput&) = delete;

private:
    HANDLE before_;
};

Result<std::string> read_some() {
    std::array<std::byte, 64> bytes{};
    const auto count = read_standard_input(bytes);
    if (!count) return std::unexpected(count.error());
    return std::string(reinterpret_cast<const char*>(bytes.data()), *count);
}

}  // namespace

TEST_CASE("the end of a pipe is the end of the input, a write of nothing is not") {
    HANDLE reader = nullptr;
    HANDLE writer = nullptr;
    REQUIRE(CreatePipe(&reader, &writer, nullptr, 0) != 0);
    const OtherInput input(reader);
    DWORD count = 0;
    REQUIRE(WriteFile(writer, "", 0, &count, nullptr) != 0);
    REQUIRE(WriteFile(writer, "x", 1, &count, nullptr) != 0);
    CHECK(read_some() == "x");
    CloseHandle(writer);
    CHECK(read_some() == "");
    CloseHandle(reader);
}

// Windows calls a socket a pipe too, and its end is a read of nothing.
TEST_CASE("the end of a socket is the end of the input") {
    WSADATA data{};
    REQUIRE(WSAStartup(MAKEWORD(2, 2), &data) == 0);
    const SOCKET listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    REQUIRE(listener != INVALID_SOCKET);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int size = sizeof address;
    REQUIRE(bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(listen(listener, 1) == 0);
    REQUIRE(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    // Without WSA_FLAG_OVERLAPPED, so that ReadFile can be used as for any other handle.
    const SOCKET mine = WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, nullptr, 0, 0);
    REQUIRE(connect(mine, reinterpret_cast<sockaddr*>(&address), size) == 0);
    const SOCKET other = accept(listener, nullptr, nullptr);
    REQUIRE(other != INVALID_SOCKET);
    {
        const OtherInput input(reinterpret_cast<HANDLE>(mine));
        REQUIRE(send(other, "x", 1, 0) == 1);
        CHECK(read_some() == "x");
        closesocket(other);
        CHECK(read_some() == "");
    }
    closesocket(mine);
    closesocket(listener);
    WSACleanup();
}
#endif
