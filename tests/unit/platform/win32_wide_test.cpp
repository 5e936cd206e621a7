#ifdef _WIN32
#include "platform/win32/wide.hpp"

#include <catch_amalgamated.hpp>

namespace svcwrap::platform::win32 {

TEST_CASE("text goes to UTF-16 and back") {
    for (const std::string text : {"", "plain", "größe 日本 😀"}) {
        CHECK(from_wide(to_wide(text)) == text);
    }
}

TEST_CASE("long paths get the prefix that lifts the limit, short ones stay as they are") {
    const std::string tail(250, 'a');
    CHECK((to_native_path("C:\\short") == L"C:\\short"));
    CHECK((to_native_path("C:\\" + tail) == L"\\\\?\\C:\\" + to_wide(tail)));
    CHECK((to_native_path("C:/x/../" + tail) == L"\\\\?\\C:\\" + to_wide(tail)));
    CHECK((to_native_path("\\\\server\\share\\" + tail) == L"\\\\?\\UNC\\server\\share\\" + to_wide(tail)));
    CHECK((to_native_path("\\\\?\\C:\\" + tail) == L"\\\\?\\C:\\" + to_wide(tail)));
    CHECK((to_native_path("relative\\" + tail) == L"relative\\" + to_wide(tail)));
}

TEST_CASE("the prefix of long paths is taken away again") {
    CHECK(from_native_path(L"\\\\?\\C:\\x") == "C:\\x");
    CHECK(from_native_path(L"\\\\?\\UNC\\server\\share") == "\\\\server\\share");
    CHECK(from_native_path(L"C:\\x") == "C:\\x");
}

TEST_CASE("waits are bounded, except the one for ever") {
    CHECK(to_wait(k_forever) == INFINITE);
    CHECK(to_wait(Duration(0)) == 0);
    CHECK(to_wait(Duration(-5)) == 0);
    CHECK(to_wait(Duration(1500)) == 1500);
    CHECK(to_wait(std::chrono::hours(24 * 365)) == INFINITE - 1);
}

TEST_CASE("a failed file call becomes the kind of error that its code means") {
    struct Row {
        DWORD code;
        ErrorKind kind;
    };
    const auto row =
        GENERATE(Row{ERROR_FILE_NOT_FOUND, ErrorKind::not_found}, Row{ERROR_PATH_NOT_FOUND, ErrorKind::not_found},
                 Row{ERROR_ALREADY_EXISTS, ErrorKind::already_exists},
                 Row{ERROR_FILE_EXISTS, ErrorKind::already_exists}, Row{ERROR_ACCESS_DENIED, ErrorKind::access_denied},
                 Row{ERROR_SHARING_VIOLATION, ErrorKind::io_failed}, Row{ERROR_DISK_FULL, ErrorKind::io_failed});
    const auto failed = fail_file("open", "C:\\x", row.code);
    CHECK(failed.error().kind == row.kind);
    CHECK(failed.error().os_code == row.code);
    CHECK(failed.error().message.starts_with("cannot open C:\\x"));
}

TEST_CASE("a code that svcwrap has no words for gets the system's") {
    const auto failed = fail_with(ErrorKind::io_failed, "cannot x", ERROR_NOT_A_REPARSE_POINT);
    CHECK(failed.error().message.size() > std::string("cannot x: ").size());
}

TEST_CASE("a handle closes once, when its owner goes or gets another") {
    HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    DWORD flags = 0;
    {
        KernelHandle owner(event);
        KernelHandle other(std::move(owner));
        CHECK(other.get() == event);
        CHECK_FALSE(owner.is_open());
        CHECK(GetHandleInformation(event, &flags) != 0);
    }
    CHECK(GetHandleInformation(event, &flags) == 0);
    CHECK_FALSE(KernelHandle(INVALID_HANDLE_VALUE).is_open());
}

}  // namespace svcwrap::platform::win32
#endif
