// The pipes between the wrapper and a child.
#include <catch_amalgamated.hpp>
#include <thread>

#include "integration/child_run.hpp"
#include "support/temp_folder.hpp"

namespace svcwrap::testing {

namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

}  // namespace

TEST_CASE("merged standard error keeps the order of writes") {
    const auto result = run(spec_of("chatter", {"--lines", "200", "--to", "both"}));
    const auto lines = lines_of(result.output);
    REQUIRE(lines.size() == 200);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        REQUIRE(std::stoul(lines[i]) == i + 1);
    }
}

TEST_CASE("standard error can have a pipe of its own, or none") {
    auto spec = spec_of("chatter", {"--lines", "4", "--to", "both"});
    SECTION("a pipe") {
        spec.standard_error = platform::OutputTo::pipe;
        LiveChild child(spec);
        const auto error = child.process().take_error();
        REQUIRE(error != nullptr);
        CHECK(lines_of(child.read_all()) == std::vector<std::string>{"000000001", "000000003"});
        std::vector<std::byte> buffer(4096);
        std::string text;
        for (auto count = error->read(buffer, k_patience); count && *count != 0;
             count = error->read(buffer, k_patience)) {
            text.append(reinterpret_cast<const char*>(buffer.data()), *count);
        }
        CHECK(lines_of(text) == std::vector<std::string>{"000000002", "000000004"});
    }
    SECTION("discarded") {
        spec.standard_error = platform::OutputTo::discard;
        LiveChild child(spec);
        CHECK(child.process().take_error() == nullptr);
        CHECK(lines_of(child.read_all()) == std::vector<std::string>{"000000001", "000000003"});
        CHECK(describe(child.wait()) == describe(ExitCode{0}));
    }
}

TEST_CASE("every byte arrives, whatever it is") {
    const auto result = run(spec_of("bad_utf8"));
    const char bytes[] = "good\n\xff\xfe bad\nnul:\0:end\r\n\n\xe2\x82 cut\nno newline";
    CHECK(result.output == std::string(bytes, sizeof bytes - 1));
}

TEST_CASE("much more output than the pipe holds arrives whole") {
    const auto result = run(spec_of("chatter", {"--lines", "3000", "--size", "1000"}));
    CHECK(result.output.size() == 3'000'000);
    CHECK(describe(result.code) == describe(ExitCode{0}));
}

// On Windows such a write completes a read with zero bytes; Wine's does not reach the reader.
TEST_CASE("a write of zero bytes is not the end of the output") {
    CHECK(run(spec_of("zero_write")).output == "before\nafter\n");
}

TEST_CASE("the output ends when the child closes it, though the child lives on") {
    LiveChild child(spec_of("close_stdout", {"600000"}));
    CHECK(child.read_all() == "last words\n");
    CHECK(child.process().active_processes() == 1);
}

TEST_CASE("a read gives up after its patience and goes on later without loss") {
    LiveChild child(spec_of("graceful"));
    REQUIRE(child.read_until("ready\n") == "ready\n");
    std::vector<std::byte> buffer(16);
    for (const Duration patience : {Duration(0), Duration(20)}) {
        const auto count = child.output().read(buffer, patience);
        REQUIRE_FALSE(count.has_value());
        CHECK(count.error().kind == ErrorKind::timed_out);
    }
    REQUIRE(child.process().terminate_tree(ExitCode{5}).has_value());
    CHECK(child.read_all() == "ready\n");
}

TEST_CASE("no byte is lost between reads that run out of patience") {
    LiveChild child(spec_of("chatter", {"--lines", "150", "--size", "20", "--delay", "1"}));
    std::string text;
    std::vector<std::byte> buffer(64);
    while (true) {
        const auto count = child.output().read(buffer, Duration(1));
        if (count && *count == 0) {
            break;
        }
        if (count) {
            text.append(reinterpret_cast<const char*>(buffer.data()), *count);
        }
    }
    CHECK(text.size() == 3000);
    CHECK(lines_of(text).size() == 150);
}

TEST_CASE("a read that waits can be cancelled from another thread, and later reads end at once") {
    LiveChild child(spec_of("sleep_ms", {"600000"}));
    REQUIRE(child.read_until("sleeping\n") == "sleeping\n");
    std::jthread canceller([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        child.output().cancel();
    });
    std::vector<std::byte> buffer(16);
    CHECK(child.output().read(buffer, k_patience) == 0U);
    CHECK(child.output().read(buffer, k_patience) == 0U);
}

TEST_CASE("cancel leaves what is in the pipe to be read") {
    LiveChild child(spec_of("chatter", {"--lines", "50", "--size", "20"}));
    child.wait();
    child.output().cancel();
    CHECK(lines_of(child.read_all()).size() == 50);
}

TEST_CASE("standard input can be a file, which others may write, and one that is missing fails the launch") {
    const TempFolder folder;
    folder.write("input.txt", "from a file");
    auto spec = spec_of("copy_stdin");
    spec.standard_input = platform::InputFrom::file;
    spec.input_file = folder.path_of("input.txt");
    LiveChild child(spec);
    CHECK(child.process().take_input() == nullptr);
    CHECK(child.read_all() == "from a file<end>");
    spec.input_file = folder.path_of("none.txt");
    boost::asio::io_context loop;
    const auto launched = platform::make_process_launcher()->launch(spec, loop);
    REQUIRE_FALSE(launched.has_value());
    CHECK(launched.error().message.contains("none.txt"));
}

TEST_CASE("standard input arrives whole, and its end is the child's end of file") {
    auto spec = spec_of("copy_stdin");
    spec.standard_input = platform::InputFrom::pipe;
    LiveChild child(spec);
    auto input = child.process().take_input();
    REQUIRE(input != nullptr);
    const std::string text(300'000, 'z');
    Status written;
    {
        std::jthread writer([&] {
            written = input->write(bytes_of(text), k_patience);
            input.reset();
        });
        CHECK(child.read_all() == text + "<end>");
    }
    CHECK(written.has_value());
}

TEST_CASE("writing to a child that does not read ends after the patience") {
    auto spec = spec_of("sleep_ms", {"600000"});
    spec.standard_input = platform::InputFrom::pipe;
    LiveChild child(spec);
    const auto input = child.process().take_input();
    const auto written = input->write(bytes_of(std::string(1'000'000, 'z')), Duration(50));
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().kind == ErrorKind::timed_out);
}

TEST_CASE("without a pipe a child finds the end of its standard input at once") {
    CHECK(run(spec_of("copy_stdin")).output == "<end>");
}

}  // namespace svcwrap::testing
