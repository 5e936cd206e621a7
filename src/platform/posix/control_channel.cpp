// Control channels as Unix sockets.
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <cerrno>
#include <filesystem>

#include "platform/control_session.hpp"
#include "platform/native.hpp"
#include "platform/posix/posix_error.hpp"

namespace svcwrap::platform {

namespace {

using boost::asio::local::stream_protocol;
using boost::system::error_code;
using Socket = stream_protocol::socket;
using Session = control::Session<Socket>;

// Clients at once; one more is hung up on.
constexpr int k_most_clients = 16;
constexpr Duration k_pause_after_a_failure = std::chrono::seconds(1);

class PosixControlServer final : public ControlServer {
public:
    explicit PosixControlServer(ControlHandler handler)
        : handler_(std::move(handler)), acceptor_(loop_.context()), pause_(loop_.context()) {}

    ~PosixControlServer() override {
        if (is_started_) {
            loop_.finish([this] { stop(); });
            ::unlink(path_.c_str());
        }
    }

    // Throws what Asio throws.
    Status start(const std::string& path) {
        error_code error;
        acceptor_.open({}, error);
        if (!error) {
            acceptor_.bind(stream_protocol::endpoint(path), error);
        }
        if (error) {
            auto failed = posix::fail_errno("serve", path, error.value());
            const bool taken = error.value() == EADDRINUSE;
            failed.error().kind = taken ? ErrorKind::already_exists : failed.error().kind;
            return failed;
        }
        // Before listen(): until then nobody can connect.
        if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0) {
            error.assign(errno, boost::system::system_category());
        } else {
            acceptor_.listen(k_most_clients, error);
        }
        if (error) {
            ::unlink(path.c_str());
            return posix::fail_errno("serve", path, error.value());
        }
        accept();
        loop_.start();
        path_ = path;
        is_started_ = true;
        return {};
    }

private:
    void accept() {
        acceptor_.async_accept([this](const error_code& error, Socket socket) {
            if (is_stopping_) {
                return;
            }
            if (error) {
                accept_later();
                return;
            }
            accept();
            serve(std::move(socket));
        });
    }

    // Out of descriptors, perhaps: trying again at once would only burn time.
    void accept_later() {
        pause_.expires_after(k_pause_after_a_failure);
        pause_.async_wait([this](const error_code& cancelled) {
            if (!cancelled && !is_stopping_) {
                accept();
            }
        });
    }

    void serve(Socket socket) {
        if (clients_ >= k_most_clients) {
            return;
        }
        ++clients_;
        sessions_.start(
            std::make_shared<Session>(loop_, std::move(socket), handler_, [this](Socket /*closed*/) { --clients_; }));
    }

    void stop() {
        error_code ignored;
        is_stopping_ = true;
        acceptor_.close(ignored);
        pause_.cancel();
        sessions_.hang_up();
    }

    ControlHandler handler_;
    control::ServerLoop loop_;
    stream_protocol::acceptor acceptor_;
    boost::asio::steady_timer pause_;
    control::Sessions<Socket> sessions_;
    int clients_ = 0;
    bool is_stopping_ = false;
    bool is_started_ = false;
    std::string path_;
};

Status connect(Socket& socket, const std::string& address, std::chrono::steady_clock::time_point deadline) {
    error_code error;
    socket.open({}, error);
    if (!error) {
        socket.non_blocking(true, error);
    }
    if (!error) {
        socket.connect(stream_protocol::endpoint(address), error);
    }
    while (error.value() == EAGAIN) {  // the queue of those who wait to be accepted is full
        if (std::chrono::steady_clock::now() > deadline) {
            return fail(ErrorKind::timed_out, "ask " + address + ": it is too busy to answer");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        socket.connect(stream_protocol::endpoint(address), error);
    }
    if (!error) {
        return {};
    }
    auto failed = posix::fail_errno("ask", address, error.value());
    const bool nobody = error.value() == ECONNREFUSED;
    failed.error().kind = nobody ? ErrorKind::not_found : failed.error().kind;
    return failed;
}

Status check_server(Socket& socket, const std::string& address, std::uint32_t expected) {
    struct ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
        return posix::fail_errno("see who serves", address, errno);
    }
    if (static_cast<std::uint32_t>(peer.pid) != expected) {
        return fail(ErrorKind::access_denied, "ask " + address + ": it is served by another process (" +
                                                  std::to_string(peer.pid) + ", not " + std::to_string(expected) + ")");
    }
    return {};
}

Result<std::string> ask_there(const std::string& address, std::uint32_t server_process_id, const std::string& line,
                              Duration patience) {
    const auto deadline = std::chrono::steady_clock::now() + std::min<Duration>(patience, std::chrono::hours(24));
    boost::asio::io_context loop;
    Socket socket(loop);
    return connect(socket, address, deadline)
        .and_then([&] { return check_server(socket, address, server_process_id); })
        .and_then([&] { return control::converse(loop, socket, address, line, deadline); });
}

class PosixControlChannel final : public ControlChannel {
public:
    std::string make_address(const std::string& hint) override {
        std::array<std::byte, 16> random{};
        std::size_t filled = 0;
        while (filled < random.size()) {
            const ssize_t count = ::getrandom(random.data() + filled, random.size() - filled, 0);
            filled += count > 0 ? static_cast<std::size_t>(count) : 0;
        }
        const char* runtime = ::getenv("XDG_RUNTIME_DIR");
        std::error_code ignored;
        const auto folder = runtime != nullptr && *runtime != '\0' ? std::filesystem::path(runtime)
                                                                   : std::filesystem::temp_directory_path(ignored);
        return (folder / control::address_name(hint, random)).string();
    }

    Result<std::unique_ptr<ControlServer>> serve(const std::string& address, ControlHandler handler) override {
        try {
            auto server = std::make_unique<PosixControlServer>(std::move(handler));
            if (auto started = server->start(address); !started) {
                return std::unexpected(started.error());
            }
            return server;
        } catch (const std::exception& failure) {
            return fail(ErrorKind::io_failed, "serve " + address + ": " + failure.what());
        }
    }

    Result<std::string> ask(const std::string& address, std::uint32_t server_process_id, const std::string& line,
                            Duration patience) override {
        try {
            return ask_there(address, server_process_id, line, patience);
        } catch (const std::exception& failure) {
            return fail(ErrorKind::io_failed, "ask " + address + ": " + failure.what());
        }
    }
};

}  // namespace

std::unique_ptr<ControlChannel> make_control_channel() {
    return std::make_unique<PosixControlChannel>();
}

}  // namespace svcwrap::platform
