// When a reader of a child's output lets bytes gather, and when not.
#ifdef _WIN32
#include "platform/win32/pipe.hpp"

#include <array>
#include <catch_amalgamated.hpp>
#include <chrono>
#include <future>
#include <thread>

namespace svcwrap::platform::win32 {

using namespace std::chrono_literals;

namespace {

// A child that writes byte by byte, and who reads it.
struct Rig {
    Pipe pipe;
    std::unique_ptr<PipeReader> reader;
    std::array<std::byte, 1000> buffer{};

    explicit Rig(const Gathering& gathering) {
        auto made = make_pipe(PipeDirection::from_child);
        REQUIRE(made);
        pipe = *std::move(made);
        reader = make_pipe_reader(std::move(pipe.ours), gathering);
    }
    void write_byte() const {
        DWORD written = 0;
        REQUIRE(WriteFile(pipe.childs.get(), "x", 1, &written, nullptr) != 0);
    }
    [[nodiscard]] std::size_t read() { return reader->read(buffer, k_forever).value_or(0); }
    // So many reads of a byte each.
    void take_turns(int count) {
        for (int i = 0; i < count; ++i) {
            write_byte();
            REQUIRE(read() == 1);
        }
    }
};

}  // namespace

TEST_CASE("a reader whose child writes byte by byte in haste lets them gather: a hundred writes are one read") {
    Rig rig({.small_reads = 16, .haste = 1h, .pause = 1h});
    rig.take_turns(17);  // the first one follows no other
    std::promise<void> begun;
    auto gathered = std::async(std::launch::async, [&] {
        begun.set_value();
        return rig.read();
    });
    begun.get_future().wait();
    std::this_thread::sleep_for(50ms);  // as much as it needs to begin
    for (int i = 0; i < 100; ++i) {
        rig.write_byte();
    }
    rig.reader->cancel();  // ends the pause
    CHECK(gathered.get() == 100);
}

TEST_CASE("a reader whose child takes its time is given each byte as it comes") {
    Rig rig({.small_reads = 16, .haste = 0h, .pause = 1h});
    rig.take_turns(100);  // would take days else
}

}  // namespace svcwrap::platform::win32
#endif
