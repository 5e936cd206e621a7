// Control channels as named pipes.
#include <windows.h>

#include <array>
#include <boost/asio/windows/overlapped_ptr.hpp>
#include <boost/asio/windows/stream_handle.hpp>
#include <format>

#include "platform/control_session.hpp"
#include "platform/native.hpp"
#include "platform/win32/bcrypt.hpp"
#include "platform/win32/security.hpp"
#include "platform/win32/wide.hpp"

namespace svcwrap::platform {

namespace {

using namespace win32;
using boost::asio::windows::stream_handle;
using boost::system::error_code;
using Session = control::Session<stream_handle>;

// So many clients are served at once; one more waits for the end of another. All instances exist from the beginning to
// the end: the name is never free meanwhile.
constexpr DWORD k_instances = 4;
constexpr DWORD k_buffer_bytes = 16 * 1024;
constexpr Duration k_pause_after_a_failure{100};

// What a client needs and no more: GENERIC_WRITE of a pipe would be FILE_CREATE_PIPE_INSTANCE too, the right to serve
// it (Named Pipe Security and Access Rights).
constexpr DWORD k_client_access = FILE_GENERIC_READ | FILE_WRITE_DATA | FILE_WRITE_ATTRIBUTES;

// While the instances are made their maker must be allowed to: the owner, and once more for a write-restricted token of
// a service (see pipe.cpp).
constexpr auto k_maker_sddl = "D:P(A;;GA;;;S-1-3-4)(A;;GRGW;;;S-1-5-33)";

// Who may talk to it in the end.
Result<std::string> client_sddl() {
    const std::string access = std::format("0x{:x}", k_client_access);
    std::string sddl = std::format("D:P(A;;{0};;;SY)(A;;{0};;;BA)", access);
    DWORD session = 0;
    if (ProcessIdToSessionId(GetCurrentProcessId(), &session) == 0 || session == 0) {
        return sddl;  // a service: its account has nothing to ask itself
    }
    return user_sid().transform(
        [&](const std::string& user) { return sddl + std::format("(A;;{};;;{})", access, user); });
}

Status protect(HANDLE pipe, const std::string& address) {
    auto descriptor = client_sddl().and_then(parse_sddl);
    if (!descriptor) {
        return std::unexpected(descriptor.error());
    }
    if (SetKernelObjectSecurity(pipe, DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
                                descriptor->get()) == 0) {
        return fail_file("set the permissions of the pipe", address, GetLastError());
    }
    return {};
}

// The descriptor is the pipe's, not the instance's; so one instance with the right to change it is enough.
Result<KernelHandle> make_instance(const std::string& address, bool is_first, PSECURITY_DESCRIPTOR descriptor) {
    SECURITY_ATTRIBUTES security{sizeof(SECURITY_ATTRIBUTES), descriptor, FALSE};
    const DWORD first = is_first ? FILE_FLAG_FIRST_PIPE_INSTANCE | WRITE_DAC : 0U;
    KernelHandle pipe(CreateNamedPipeW(to_wide(address).c_str(), PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | first,
                                       PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS,
                                       k_instances, k_buffer_bytes, k_buffer_bytes, 0, &security));
    if (pipe.is_open()) {
        return pipe;
    }
    const DWORD code = GetLastError();
    // What Windows says to a first instance that is none.
    const bool is_taken = is_first && (code == ERROR_ACCESS_DENIED || code == ERROR_PIPE_BUSY);
    return fail_with(is_taken ? ErrorKind::already_exists : ErrorKind::io_failed, "cannot serve " + address, code);
}

Result<std::vector<KernelHandle>> make_instances(const std::string& address) {
    auto descriptor = parse_sddl(k_maker_sddl);
    if (!descriptor) {
        return std::unexpected(descriptor.error());
    }
    std::vector<KernelHandle> instances;
    for (DWORD i = 0; i < k_instances; ++i) {
        auto instance = make_instance(address, i == 0, descriptor->get());
        if (!instance) {
            return std::unexpected(instance.error());
        }
        instances.push_back(std::move(*instance));
    }
    if (auto done = protect(instances.front().get(), address); !done) {
        return std::unexpected(done.error());
    }
    return instances;
}

class WindowsControlServer final : public ControlServer {
public:
    explicit WindowsControlServer(ControlHandler handler) : handler_(std::move(handler)) {}
    ~WindowsControlServer() override {
        if (is_started_) {
            loop_.finish([this] { stop(); });
        }
    }
    // Throws what Asio throws.
    void start(std::vector<KernelHandle> instances);

private:
    // One instance of the pipe: its handle is here while it waits for a client, and with the session afterwards.
    struct Place {
        explicit Place(boost::asio::io_context& loop) : pause(loop) {}
        std::optional<stream_handle> waiting;
        boost::asio::steady_timer pause;
    };

    void listen(Place& place, stream_handle pipe);
    void connected(Place& place, const error_code& error);
    void listen_later(Place& place);
    void stop();

    ControlHandler handler_;
    control::ServerLoop loop_;
    std::vector<std::unique_ptr<Place>> places_;
    control::Sessions<stream_handle> sessions_;
    bool is_stopping_ = false;
    bool is_started_ = false;
};

void WindowsControlServer::start(std::vector<KernelHandle> instances) {
    for (KernelHandle& instance : instances) {
        places_.push_back(std::make_unique<Place>(loop_.context()));
        stream_handle pipe(loop_.context());
        pipe.assign(instance.get());
        (void)instance.release();
        listen(*places_.back(), std::move(pipe));
    }
    loop_.start();
    is_started_ = true;
}

void WindowsControlServer::listen(Place& place, stream_handle pipe) {
    place.waiting.emplace(std::move(pipe));
    boost::asio::windows::overlapped_ptr operation(
        loop_.context(), [this, &place](const error_code& error, std::size_t) { connected(place, error); });
    const BOOL done = ConnectNamedPipe(place.waiting->native_handle(), operation.get());
    const DWORD code = done != 0 ? ERROR_PIPE_CONNECTED : GetLastError();
    if (code == ERROR_IO_PENDING) {
        (void)operation.release();
        return;
    }
    const bool is_there = code == ERROR_PIPE_CONNECTED;  // a client that was faster than this call
    operation.complete(is_there ? error_code() : error_code(static_cast<int>(code), boost::system::system_category()),
                       0);
}

void WindowsControlServer::connected(Place& place, const error_code& error) {
    if (is_stopping_) {
        return;
    }
    if (error) {
        listen_later(place);
        return;
    }
    stream_handle pipe = std::move(*place.waiting);
    place.waiting.reset();
    sessions_.start(std::make_shared<Session>(loop_, std::move(pipe), handler_, [this, &place](stream_handle used) {
        if (!is_stopping_) {
            DisconnectNamedPipe(used.native_handle());
            listen(place, std::move(used));
        }
    }));
}

// A client that came and left in between, most likely; whatever it was, no reason to burn time.
void WindowsControlServer::listen_later(Place& place) {
    place.pause.expires_after(k_pause_after_a_failure);
    place.pause.async_wait([this, &place](const error_code& cancelled) {
        if (!cancelled && !is_stopping_) {
            stream_handle pipe = std::move(*place.waiting);
            DisconnectNamedPipe(pipe.native_handle());
            listen(place, std::move(pipe));
        }
    });
}

void WindowsControlServer::stop() {
    is_stopping_ = true;
    for (const auto& place : places_) {
        error_code ignored;
        place->pause.cancel();
        if (place->waiting) {
            place->waiting->cancel(ignored);
        }
    }
    sessions_.hang_up();
}

using SteadyTime = std::chrono::steady_clock::time_point;

DWORD remaining_wait(SteadyTime deadline) {
    const auto left = std::chrono::ceil<Duration>(deadline - std::chrono::steady_clock::now());
    return to_wait(std::max(left, Duration(1)));  // 0 would mean the pipe's own default
}

// SECURITY_IDENTIFICATION: who serves may see who asks, but not act as them.
Result<KernelHandle> open_pipe(const std::string& address, SteadyTime deadline) {
    const std::wstring name = to_wide(address);
    while (true) {
        KernelHandle pipe(CreateFileW(name.c_str(), k_client_access, 0, nullptr, OPEN_EXISTING,
                                      FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, nullptr));
        if (pipe.is_open()) {
            return pipe;
        }
        const DWORD code = GetLastError();
        if (code != ERROR_PIPE_BUSY) {
            return fail_with(file_error_kind(code), "cannot ask " + address, code);
        }
        if (std::chrono::steady_clock::now() >= deadline) {
            return fail_with(ErrorKind::timed_out, "cannot ask " + address + ": it is busy with others", code);
        }
        WaitNamedPipeW(name.c_str(), remaining_wait(deadline));
    }
}

Status check_server(HANDLE pipe, const std::string& address, std::uint32_t expected) {
    ULONG server = 0;
    if (GetNamedPipeServerProcessId(pipe, &server) == 0) {
        return fail_with(ErrorKind::access_denied, "cannot see who serves " + address, GetLastError());
    }
    if (server != expected) {
        return fail(ErrorKind::access_denied, std::format("cannot ask {}: it is served by another process ({}, not {})",
                                                          address, server, expected));
    }
    return {};
}

Result<std::string> ask_there(const std::string& address, std::uint32_t server_process_id, const std::string& line,
                              Duration patience) {
    const SteadyTime deadline = std::chrono::steady_clock::now() + std::min<Duration>(patience, std::chrono::hours(24));
    auto pipe = open_pipe(address, deadline);
    if (!pipe) {
        return std::unexpected(pipe.error());
    }
    if (auto checked = check_server(pipe->get(), address, server_process_id); !checked) {
        return std::unexpected(checked.error());
    }
    boost::asio::io_context loop;
    stream_handle stream(loop);
    stream.assign(pipe->get());
    (void)pipe->release();
    return control::converse(loop, stream, address, line, deadline);
}

class WindowsControlChannel final : public ControlChannel {
public:
    std::string make_address(const std::string& hint) override {
        std::array<std::byte, 16> random{};
        // Without random numbers the name can be guessed, and serving it still fails if it is taken.
        (void)fill_random(random);
        return "\\\\.\\pipe\\" + control::address_name(hint, random);
    }

    Result<std::unique_ptr<ControlServer>> serve(const std::string& address, ControlHandler handler) override {
        auto instances = make_instances(address);
        if (!instances) {
            return std::unexpected(instances.error());
        }
        try {
            auto server = std::make_unique<WindowsControlServer>(std::move(handler));
            server->start(std::move(*instances));
            return server;
        } catch (const std::exception& failure) {
            return fail(ErrorKind::io_failed, "cannot serve " + address + ": " + failure.what());
        }
    }

    Result<std::string> ask(const std::string& address, std::uint32_t server_process_id, const std::string& line,
                            Duration patience) override {
        try {
            return ask_there(address, server_process_id, line, patience);
        } catch (const std::exception& failure) {
            return fail(ErrorKind::io_failed, "cannot ask " + address + ": " + failure.what());
        }
    }
};

}  // namespace

std::unique_ptr<ControlChannel> make_control_channel() {
    return std::make_unique<WindowsControlChannel>();
}

}  // namespace svcwrap::platform
