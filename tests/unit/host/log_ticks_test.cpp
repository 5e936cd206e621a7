#include "host/log_ticks.hpp"

#include <atomic>
#include <catch_amalgamated.hpp>
#include <chrono>
#include <stdexcept>

#include "fake_parts.hpp"

using namespace svcwrap;
using namespace svcwrap::host;
using namespace svcwrap::testing;
using namespace std::chrono_literals;

namespace {

// A stream whose first tick fails as everything does when there is no memory.
class FailingStream final : public logs::LogStream {
public:
    explicit FailingStream(std::atomic<int>& ticks) : ticks_(ticks) {}

    Status write(std::span<const std::byte>, logs::Source) override { return {}; }
    std::size_t best_write_size() const override { return 1; }
    void begin_run(std::uint64_t, std::uint32_t) override {}
    Status finish() override { return {}; }
    void tick() override {
        if (++ticks_ == 1) throw std::runtime_error("no memory");
    }
    std::optional<TimePoint> next_deadline() const override { return std::nullopt; }
    void configure(const logs::Options&) override {}
    void request_rotation() override {}
    void cancel() override {}
    logs::StreamCounters counters() const override { return {}; }
    std::string current_path() const override { return {}; }

private:
    std::atomic<int>& ticks_;
};

struct World : FakeParts {
    std::shared_ptr<boost::asio::io_context> loop = std::make_shared<boost::asio::io_context>();

    [[nodiscard]] LoopContext context() {
        return {.parts = parts, .loop = loop, .say = [](Severity, const std::string&) {}};
    }
};

}  // namespace

TEST_CASE("A stream that fails when its time comes is called again, and so are the others") {
    World world;
    std::atomic<int> ticks{0};
    const auto sink =
        std::make_shared<OutputSink>("stdout", std::make_unique<FailingStream>(ticks), nullptr, [](TimePoint) {});
    LogTicks log_ticks(world.context(), [&] { return LogTicks::Sinks{sink}; });
    log_ticks.now();
    const auto limit = std::chrono::steady_clock::now() + 60s;
    while (ticks < 2 && std::chrono::steady_clock::now() < limit) {
        world.loop->restart();
        world.loop->run_for(20ms);
    }
    CHECK(ticks == 2);
}
