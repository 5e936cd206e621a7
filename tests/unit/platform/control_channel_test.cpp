// The control channel, the same on every system.
#include <atomic>
#include <catch_amalgamated.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "platform/native.hpp"

namespace svcwrap::testing {

using platform::ControlAnswer;

namespace {

constexpr Duration k_patience = std::chrono::seconds(60);

// A server of this process, and the client's side.
struct Wire {
    std::unique_ptr<platform::ControlChannel> channel = platform::make_control_channel();
    std::string address = channel->make_address("My Service\\1");
    std::uint32_t id = platform::make_system()->process_id();
    std::unique_ptr<platform::ControlServer> server;

    void serve(platform::ControlHandler handler) {
        auto serving = channel->serve(address, std::move(handler));
        INFO((serving ? std::string() : to_text(serving.error())));
        REQUIRE(serving.has_value());
        server = std::move(*serving);
    }
    [[nodiscard]] Result<std::string> ask(const std::string& line, Duration patience = k_patience) const {
        return channel->ask(address, id, line, patience);
    }
};

std::string text_of(const Result<std::string>& answer) {
    return answer ? *answer : "failed: " + to_text(answer.error());
}

std::string kind_of(const Result<std::string>& answer) {
    return answer ? "an answer: " + *answer : std::string(name_of(answer.error().kind));
}

void echo(std::string line, const ControlAnswer& answer) {
    answer("you said " + line);
}

// Answers when the test says so.
class Later {
public:
    void keep(ControlAnswer answer) {
        const std::lock_guard lock(mutex_);
        answers_.push_back(std::move(answer));
        changed_.notify_all();
    }
    [[nodiscard]] std::size_t count() {
        const std::lock_guard lock(mutex_);
        return answers_.size();
    }
    std::vector<ControlAnswer> take(std::size_t count) {
        std::unique_lock lock(mutex_);
        REQUIRE(changed_.wait_for(lock, k_patience, [&] { return answers_.size() >= count; }));
        return std::exchange(answers_, {});
    }
    [[nodiscard]] platform::ControlHandler handler() {
        return [this](const std::string&, ControlAnswer answer) { keep(std::move(answer)); };
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<ControlAnswer> answers_;
};

}  // namespace

TEST_CASE("an address names the service and cannot be guessed") {
    const auto channel = platform::make_control_channel();
    const std::string address = channel->make_address("My Service\\1 \xC3\xA4");
    CHECK_THAT(address, Catch::Matchers::ContainsSubstring("svcwrap-My_Service_1___"));
    const std::string random = address.substr(address.rfind('-') + 1);
    CHECK(random.size() == 32);
    CHECK(random.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(channel->make_address("x") != channel->make_address("x"));
}

TEST_CASE("a request is answered, again and again") {
    Wire wire;
    wire.serve(echo);
    for (int i = 0; i < 20; ++i) {
        CHECK(text_of(wire.ask("number " + std::to_string(i))) == "you said number " + std::to_string(i));
    }
    CHECK(text_of(wire.ask("")) == "you said ");
    CHECK(text_of(wire.ask("gr\xC3\xBC\xC3\x9F")) == "you said gr\xC3\xBC\xC3\x9F");
}

TEST_CASE("the longest line goes both ways, and longer ones do not") {
    Wire wire;
    wire.serve([](std::string line, const ControlAnswer& answer) {
        answer(line == "more" ? std::string(platform::k_longest_control_line + 1, 'x') : line);
    });
    const std::string longest(platform::k_longest_control_line, 'x');
    const auto back = wire.ask(longest);
    CHECK(back.has_value());
    CHECK(back.value_or("") == longest);
    CHECK(kind_of(wire.ask(longest + "x")) == "internal");
    CHECK(kind_of(wire.ask("two\nlines")) == "internal");
    CHECK(kind_of(wire.ask("more")) == "io_failed");
    CHECK(wire.ask("after that").has_value());
}

TEST_CASE("clients that come at once are all answered") {
    Wire wire;
    wire.serve(echo);
    std::atomic<int> right = 0;
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i) {
        clients.emplace_back([&, i] {
            for (int k = 0; k < 5; ++k) {
                const std::string line = std::to_string(i) + "." + std::to_string(k);
                right += wire.ask(line).value_or("") == "you said " + line ? 1 : 0;
            }
        });
    }
    for (std::thread& client : clients) {
        client.join();
    }
    CHECK(right == 40);
}

TEST_CASE("an answer may come later, from any thread, and others are served meanwhile") {
    Wire wire;
    Later later;
    wire.serve([&](std::string line, ControlAnswer answer) {
        line == "now" ? answer("at once") : later.keep(std::move(answer));
    });
    Result<std::string> slow = fail(ErrorKind::internal, "not asked");
    std::thread client([&] { slow = wire.ask("later"); });
    auto answers = later.take(1);
    CHECK(text_of(wire.ask("now")) == "at once");
    answers[0]("at last");
    answers[0]("once more");
    client.join();
    CHECK(text_of(slow) == "at last");
}

TEST_CASE("an answer that nobody gives hangs up") {
    Wire wire;
    wire.serve([](const std::string&, const ControlAnswer&) {});
    CHECK(kind_of(wire.ask("anything")) == "io_failed");
}

TEST_CASE("a client's patience ends the wait, and the server lives on") {
    Wire wire;
    Later later;
    wire.serve([&](const std::string& line, ControlAnswer answer) {
        line == "again" ? answer("to somebody") : later.keep(std::move(answer));
    });
    // On a busy machine the patience may be over before the request has arrived.
    for (Duration patience(50); later.count() == 0; patience *= 2) {
        REQUIRE(kind_of(wire.ask("anything", patience)) == "timed_out");
    }
    later.take(1)[0]("to nobody");
    CHECK(text_of(wire.ask("again")) == "to somebody");
}

TEST_CASE("where nobody serves, nothing is found") {
    Wire wire;
    CHECK(kind_of(wire.ask("anything", Duration(1000))) == "not_found");
    wire.serve(echo);
    wire.server.reset();
    CHECK(kind_of(wire.ask("anything", Duration(1000))) == "not_found");
    wire.serve(echo);
    CHECK(text_of(wire.ask("again")) == "you said again");
}

TEST_CASE("a server of another process than the expected one is told nothing") {
    Wire wire;
    std::atomic<int> asked = 0;
    wire.serve([&](const std::string&, const ControlAnswer& answer) {
        ++asked;
        answer("mine");
    });
    const auto answer = wire.channel->ask(wire.address, wire.id + 4, "secret", k_patience);
    CHECK(kind_of(answer) == "access_denied");
    CHECK_THAT(text_of(answer), Catch::Matchers::ContainsSubstring("another process"));
    wire.server.reset();
    CHECK(asked == 0);
}

TEST_CASE("a server that goes hangs up on who waits, and late answers do nothing") {
    Wire wire;
    Later later;
    wire.serve(later.handler());
    Result<std::string> waiting = std::string("nothing");
    std::thread client([&] { waiting = wire.ask("anything"); });
    auto answers = later.take(1);
    wire.server.reset();
    client.join();
    CHECK(kind_of(waiting) == "io_failed");
    answers[0]("too late");
}

TEST_CASE("the end of a server waits for a handler that runs") {
    Wire wire;
    std::atomic<bool> inside = false;
    std::atomic<bool> through = false;
    wire.serve([&](const std::string&, const ControlAnswer&) {
        inside = true;
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        through = true;
    });
    std::thread client([&] { (void)wire.ask("anything"); });
    while (!inside) {
        std::this_thread::yield();
    }
    wire.server.reset();
    CHECK(through);
    client.join();
}

}  // namespace svcwrap::testing
