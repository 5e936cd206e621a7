// For development: any account that has the form of one exists. Passwords are read from the terminal or standard input.
#include "platform/accounts.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <format>
#include <functional>
#include <span>

#include "base/utf8.hpp"
#include "platform/posix/descriptor.hpp"
#include "platform/posix/posix_error.hpp"
#include "platform/system.hpp"

namespace svcwrap::platform {

namespace {

// No SID of Windows; the same for the same name.
std::string made_up_sid(std::string_view name) {
    return std::format("S-1-22-3-{}", std::hash<std::string>()(to_lower_ascii(name)) & 0xFFFF'FFFFU);
}

std::string sid_of(const AccountName& account) {
    switch (account.kind) {
        case AccountKind::local_system:
            return "S-1-5-18";
        case AccountKind::local_service:
            return "S-1-5-19";
        case AccountKind::network_service:
            return "S-1-5-20";
        default:
            return made_up_sid(account.name);
    }
}

class PosixAccounts final : public Accounts {
public:
    Result<Account> resolve(std::string_view text, std::string_view service) override {
        return parse_account(text, service).transform([](AccountName name) {
            std::string sid = sid_of(name);
            return Account{.kind = name.kind, .name = std::move(name.name), .sid = std::move(sid)};
        });
    }
    Result<std::string> service_sid(std::string_view service) override {
        return made_up_sid("NT SERVICE\\" + std::string(service));
    }
    Result<bool> grant_service_logon(const Account&) override { return false; }
};

class QuietTerminal {
public:
    explicit QuietTerminal(int terminal) : terminal_(terminal) {
        is_quiet_ = ::tcgetattr(terminal_, &before_) == 0;
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
        is_quiet_ = is_quiet_ && ::tcsetattr(terminal_, TCSAFLUSH, &quiet) == 0;
    }
    ~QuietTerminal() {
        if (is_quiet_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
    }
    QuietTerminal(const QuietTerminal&) = delete;
    QuietTerminal& operator=(const QuietTerminal&) = delete;
    [[nodiscard]] bool is_quiet() const { return is_quiet_; }

private:
    int terminal_;
    termios before_{};
    bool is_quiet_ = false;
};

Result<Secret> read_line(int file) {
    PasswordLine line;
    char byte = 0;
    do {
        const ssize_t count = ::read(file, &byte, 1);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return posix::fail_errno("read the password from", "the input", errno);
        if (count == 0) break;
        if (byte == '\x03') return fail(ErrorKind::usage, "no password was given: the input was broken off");
    } while (line.add(byte));
    wipe(std::span(&byte, 1));
    return line.take();
}

}  // namespace

std::unique_ptr<Accounts> make_accounts() {
    return std::make_unique<PosixAccounts>();
}

Result<Secret> ask_password(std::string_view prompt) {
    const posix::Descriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC));
    const QuietTerminal quiet(terminal.get());
    if (!quiet.is_quiet()) {
        return fail(ErrorKind::usage, "cannot ask for the password: there is no terminal",
                    "Give it on standard input or in an environment variable.");
    }
    write_text(StandardStream::error, prompt);
    auto password = read_line(terminal.get());
    write_text(StandardStream::error, "\n");
    return password;
}

Result<Secret> read_password_line() {
    return read_line(STDIN_FILENO);
}

}  // namespace svcwrap::platform
