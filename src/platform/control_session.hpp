#pragma once
// Both sides of a control channel's conversation over any stream of Asio's that has a cancel(): a Unix socket or the
// handle of a named pipe. Internal to platform.
#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "platform/control_channel.hpp"

namespace svcwrap::platform::control {

// "svcwrap-<name>-<random>": what of the hint may stand in the name of a pipe or a socket, and random bytes as hex.
[[nodiscard]] std::string address_name(const std::string& hint, std::span<const std::byte> random);

// The loop of a server, on a thread of its own.
class ServerLoop {
public:
    [[nodiscard]] boost::asio::io_context& context() { return context_; }
    // Throws std::system_error.
    void start();
    // Runs `stop` on the loop's thread, and ends the thread when nothing is under way any more. Answers that come later
    // do nothing. Call it once; not from the loop's thread.
    void finish(std::function<void()> stop);
    // The way back to the loop for answers that are given on any thread, at any time.
    [[nodiscard]] std::function<void(std::function<void()>)> gate() const;

private:
    struct Gate {
        std::mutex mutex;
        boost::asio::io_context* loop = nullptr;  // null once the server is gone
    };
    void run();

    boost::asio::io_context context_{1};
    std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
    std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
    std::thread thread_;
};

// One client of a server: takes its line, calls the handler, sends the answer and waits for the client to leave. Lives
// as long as something is under way on its stream, and gives it back then. On the loop's thread only.
template <class Stream>
class Session final : public std::enable_shared_from_this<Session<Stream>> {
public:
    using Finished = std::function<void(Stream)>;

    Session(ServerLoop& loop, Stream stream, const ControlHandler& handler, Finished finished)
        : stream_(std::move(stream)),
          deadline_(loop.context()),
          gate_(loop.gate()),
          handler_(handler),
          finished_(std::move(finished)) {}

    ~Session() {
        try {
            finished_(std::move(stream_));
        } catch (...) {  // NOLINT(bugprone-empty-catch): out of memory; this client's place is lost, nothing else
        }
    }

    void start() {
        give_patience();
        read_more();
    }

    void hang_up() {
        phase_ = Phase::over;
        boost::system::error_code ignored;
        deadline_.cancel();
        stream_.cancel(ignored);
    }

private:
    enum class Phase : std::uint8_t { asking, waiting, answering, leaving, over };
    using ErrorCode = boost::system::error_code;

    // The one answer to one request; hangs up if nobody gives it.
    class Slot {
    public:
        Slot(std::function<void(std::function<void()>)> gate, std::weak_ptr<Session> session)
            : gate_(std::move(gate)), session_(std::move(session)) {}
        ~Slot() { settle(std::nullopt); }
        void settle(std::optional<std::string> line) {
            if (used_.exchange(true)) {
                return;
            }
            gate_([weak = session_, line = std::move(line)] {
                if (const auto session = weak.lock()) {
                    line ? session->send(*line) : session->hang_up();
                }
            });
        }

    private:
        std::function<void(std::function<void()>)> gate_;
        std::weak_ptr<Session> session_;
        std::atomic<bool> used_{false};
    };

    void give_patience() {
        deadline_.expires_after(k_control_patience);
        deadline_.async_wait([weak = this->weak_from_this()](const ErrorCode& cancelled) {
            if (const auto session = cancelled ? nullptr : weak.lock()) {
                session->hang_up();
            }
        });
    }

    void read_more() {
        stream_.async_read_some(boost::asio::buffer(block_),
                                [self = this->shared_from_this()](const ErrorCode& error, std::size_t count) {
                                    self->take_bytes(error, count);
                                });
    }

    void take_bytes(const ErrorCode& error, std::size_t count) {
        if (phase_ == Phase::over) {
            return;
        }
        // After its line a client has nothing more to say: it left, or it breaks the rules.
        if (error || phase_ != Phase::asking) {
            hang_up();
            return;
        }
        line_.append(block_.data(), count);
        const std::size_t end = line_.find('\n');
        if (std::min(end, line_.size()) > k_longest_control_line) {
            hang_up();
            return;
        }
        read_more();
        if (end != std::string::npos) {
            take_line(end);
        }
    }

    void take_line(std::size_t end) {
        phase_ = Phase::waiting;
        deadline_.cancel();
        line_.resize(end);
        const auto slot = std::make_shared<Slot>(gate_, this->weak_from_this());
        handler_(std::exchange(line_, {}), [slot](std::string answer) { slot->settle(std::move(answer)); });
    }

    void send(const std::string& line) {
        if (phase_ != Phase::waiting) {
            return;
        }
        if (line.size() > k_longest_control_line || line.contains('\n')) {
            hang_up();
            return;
        }
        phase_ = Phase::answering;
        line_ = line + '\n';
        give_patience();
        boost::asio::async_write(
            stream_, boost::asio::buffer(line_),
            [self = this->shared_from_this()](const ErrorCode& error, std::size_t) { self->wait_for_leave(error); });
    }

    // A pipe forgets what the client has not read when the server hangs up, so the client goes first.
    void wait_for_leave(const ErrorCode& error) {
        if (phase_ == Phase::over) {
            return;
        }
        if (error) {
            hang_up();
            return;
        }
        phase_ = Phase::leaving;
        give_patience();
    }

    Stream stream_;
    boost::asio::steady_timer deadline_;
    std::function<void(std::function<void()>)> gate_;
    const ControlHandler& handler_;
    Finished finished_;
    Phase phase_ = Phase::asking;
    std::array<char, 4096> block_{};
    std::string line_;  // the request, then the answer
};

// Those of a server that are under way.
template <class Stream>
class Sessions {
public:
    // Throws what Asio throws.
    void start(const std::shared_ptr<Session<Stream>>& session) {
        std::erase_if(sessions_, [](const auto& weak) { return weak.expired(); });
        sessions_.push_back(session);
        session->start();
    }
    void hang_up() {
        for (const auto& weak : sessions_) {
            if (const auto session = weak.lock()) {
                session->hang_up();
            }
        }
    }

private:
    std::vector<std::weak_ptr<Session<Stream>>> sessions_;
};

// The client's side, on a loop of its own: sends the line and waits for the answer until the deadline.
template <class Stream>
Result<std::string> converse(boost::asio::io_context& loop, Stream& stream, const std::string& address,
                             const std::string& line, std::chrono::steady_clock::time_point deadline) {
    using ErrorCode = boost::system::error_code;
    if (line.size() > k_longest_control_line || line.contains('\n')) {
        return fail(ErrorKind::internal, "ask " + address + ": the request is no single line of bounded length");
    }
    const std::string outgoing = line + '\n';
    std::string incoming;
    std::optional<ErrorCode> outcome;
    boost::asio::async_write(stream, boost::asio::buffer(outgoing), [&](const ErrorCode& error, std::size_t) {
        if (error) {
            outcome = error;
            return;
        }
        boost::asio::async_read_until(stream, boost::asio::dynamic_buffer(incoming, k_longest_control_line + 1), '\n',
                                      [&](const ErrorCode& failed, std::size_t) { outcome = failed; });
    });
    loop.run_until(deadline);
    if (!outcome) {
        ErrorCode ignored;
        stream.close(ignored);  // what is under way ends for sure; cancel() may find nothing to cancel
        loop.run();
        return fail(ErrorKind::timed_out, "ask " + address + ": no answer came in time");
    }
    if (*outcome) {
        return fail(ErrorKind::io_failed, "ask " + address + ": it hung up without an answer");
    }
    incoming.resize(incoming.find('\n'));
    return incoming;
}

}  // namespace svcwrap::platform::control
