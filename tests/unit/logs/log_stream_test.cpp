#include "logs/log_stream.hpp"

#include <catch_amalgamated.hpp>
#include <thread>

#include "log_rig.hpp"

namespace svcwrap::logs {

using testing::Operation;

TEST_CASE("what is written stands in the current file") {
    LogRig rig;
    rig.open();
    CHECK(rig.files.has("/logs/app.log"));
    REQUIRE(rig.write("one\ntw"));
    REQUIRE(rig.write("o\nthree"));
    CHECK(rig.current() == "one\ntwo\nthree");
    CHECK(rig.stream->counters().bytes == 13);
    CHECK(rig.stream->counters().lines == 2);
    CHECK(rig.rotated().empty());
    CHECK(rig.complaints.empty());
}

TEST_CASE("a chunk without a rotation is one write") {
    LogRig rig;
    rig.open();
    const std::string chunk(65536, 'x');
    for (int i = 0; i < 5; ++i) {
        REQUIRE(rig.write(chunk));
    }
    CHECK(rig.files.count(Operation::append_write) == 5);
}

TEST_CASE("raw bytes are asked for so that the file grows in even steps; where lines matter, as many as there are") {
    constexpr std::uint64_t k_step = (128_KiB).bytes;
    for (const std::size_t odd : {std::size_t{0}, std::size_t{1}, std::size_t{100'000}, std::size_t{131'071}}) {
        LogRig rig;
        rig.open();
        REQUIRE(rig.write(std::string(odd, 'x')));
        const std::size_t wanted = rig.stream->best_write_size();
        CHECK(wanted >= k_step / 4);
        CHECK(wanted <= k_most_at_once.bytes);
        REQUIRE(rig.write(std::string(wanted, 'x')));
        CHECK(rig.current().size() % k_step == 0);
        CHECK(rig.current().size() <= odd + 2 * k_step);
    }
    LogRig rig;
    rig.options.format = Format::text;
    rig.open();
    REQUIRE(rig.write("x\n"));
    const std::size_t wanted = rig.stream->best_write_size();
    CHECK(wanted >= k_step);
    CHECK(wanted <= k_most_at_once.bytes);
    REQUIRE(rig.write("x\n"));
    CHECK(rig.stream->best_write_size() == wanted);
}

TEST_CASE("a stream continues the file that it finds, byte for byte") {
    LogRig rig;
    rig.files.put("/logs/app.log", "old line without an end");
    rig.open();
    REQUIRE(rig.write(" and new\n"));
    CHECK(rig.current() == "old line without an end and new\n");
}

TEST_CASE("a file that is full at the start is rotated before the first line") {
    LogRig rig;
    rig.options.rotate.max_size = {8};
    rig.files.put("/logs/app.log", "12345678");
    rig.open();
    REQUIRE(rig.write("new\n"));
    CHECK(rig.parts() == std::vector<std::string>{"12345678", "new\n"});
}

TEST_CASE("on_start begins every life with a fresh file, but leaves no empty ones") {
    LogRig rig;
    rig.options.rotate.on_start = true;
    rig.open();
    CHECK(rig.rotated().empty());
    REQUIRE(rig.write("first\n"));
    rig.open();
    CHECK(rig.parts() == std::vector<std::string>{"first\n", ""});
    rig.open();
    CHECK(rig.rotated().size() == 1);
}

TEST_CASE("rotation cuts between lines") {
    LogRig rig;
    rig.options.rotate.max_size = {10};
    rig.open();
    REQUIRE(rig.write("aaa\nbbb\nccc\nddd\neee"));
    REQUIRE(rig.write("e\n"));
    CHECK(rig.parts() == std::vector<std::string>{"aaa\nbbb\n", "ccc\nddd\n", "eeee\n"});
    CHECK(rig.stream->counters().rotations == 2);
    CHECK(rig.stream->current_path().ends_with("app.log"));
}

TEST_CASE(
    "raw UTF-16 is rotated between lines, though its newlines come in halves and other characters hold their bytes") {
    LogRig rig;
    rig.options.encoding = Encoding::utf16;
    rig.options.rotate.max_size = {40};
    rig.open();
    std::string text;
    for (int i = 0; i < 100; ++i) {
        text += as_utf16_bytes("\u0A0A\u010A line\u0A00" + std::to_string(i) + "\n");
    }
    for (std::size_t begin = 0; begin < text.size(); begin += 7) {
        REQUIRE(rig.write(text.substr(begin, 7)));
        if (begin % 35 == 0) {
            rig.stream->request_rotation();
            rig.stream->tick();
        }
    }
    CHECK(rig.everything() == text);
    CHECK(rig.stream->counters().lines == 100);
    const auto parts = rig.parts();
    CHECK(parts.size() > 50);
    for (const std::string& part : parts) {
        CHECK(part.size() % 2 == 0);
        CHECK((part.empty() || part.ends_with(std::string("\n\0", 2))));
    }
}

TEST_CASE("the current file exists right after a rotation") {
    LogRig rig;
    rig.options.rotate.max_size = {4};
    rig.open();
    REQUIRE(rig.write("aaa"));
    REQUIRE(rig.write("aaa\n"));
    CHECK(rig.rotated().size() == 1);
    CHECK(rig.files.has("/logs/app.log"));
    CHECK(rig.current().empty());
}

TEST_CASE("a line longer than patience is cut, and nothing of it is lost") {
    LogRig rig;
    rig.options.rotate.max_size = {1000};
    rig.open();
    const std::string endless(3'000'000, 'x');
    for (std::size_t start = 0; start < endless.size(); start += 60'000) {
        REQUIRE(rig.write(std::string_view(endless).substr(start, 60'000)));
    }
    CHECK(rig.everything() == endless);
    CHECK(rig.parts().front().size() == 1000 + k_longest_wait_for_newline.bytes);
    CHECK(rig.rotated().size() == 2);
}

TEST_CASE("a requested rotation comes at the end of the line") {
    LogRig rig;
    rig.options.rotate.max_size = {};
    rig.open();
    rig.stream->request_rotation();
    REQUIRE(rig.write("half"));  // an empty file is not rotated, and the wish stands
    REQUIRE(rig.write(" line\nnext\n"));
    CHECK(rig.parts() == std::vector<std::string>{"half line\n", "next\n"});
    REQUIRE(rig.write("more\n"));
    CHECK(rig.rotated().size() == 1);
}

TEST_CASE("rotations of one millisecond get names of their own, in order") {
    LogRig rig;
    rig.options.rotate.max_size = {4};
    rig.open();
    std::string all;
    for (int i = 100; i < 350; ++i) {
        all += std::to_string(i) + "\n";
    }
    REQUIRE(rig.write(all));
    CHECK(rig.rotated().size() == 249);
    CHECK(rig.rotated().front() == "app.20261121T100000.000Z.log");
    CHECK(rig.rotated().back() == "app.20261121T100000.248Z.log");
    CHECK(rig.everything() == all);
}

TEST_CASE("names keep rising when the clock is set back, also over a restart") {
    LogRig rig;
    rig.options.rotate.max_size = {4};
    rig.open();
    REQUIRE(rig.write("aaa\nbbb\n"));
    rig.clock.set_wall(testing::FakeClock::k_start - std::chrono::hours(24 * 365));
    REQUIRE(rig.write("ccc\n"));
    rig.open();
    REQUIRE(rig.write("ddd\neee\n"));
    CHECK(rig.everything() == "aaa\nbbb\nccc\nddd\neee\n");
    CHECK(rig.rotated().size() == 4);
}

TEST_CASE("a name that somebody has taken is left alone") {
    LogRig rig;
    rig.options.rotate.max_size = {4};
    rig.open();
    for (const char* name : {"app.20261121T100000.000Z.log", "app.20261121T100000.001Z.log"}) {
        rig.files.put(std::string("/logs/") + name, "theirs");
    }
    REQUIRE(rig.write("aaa\nbbb\n"));
    CHECK(rig.files.contents("/logs/app.20261121T100000.000Z.log") == "theirs");
    CHECK(rig.files.contents("/logs/app.20261121T100000.001Z.log") == "theirs");
    CHECK(rig.files.contents("/logs/app.20261121T100000.002Z.log") == "aaa\n");
}

TEST_CASE("a reader that forbids the rename puts the rotation off, and nothing is lost") {
    LogRig rig;
    rig.options.rotate.max_size = {10};
    rig.open();
    std::string all;
    const auto write_line = [&] {
        const std::string line = "line " + std::to_string(all.size()) + "\n";
        all += line;
        REQUIRE(rig.write(line));
    };
    write_line();
    rig.files.hold_file("/logs/app.log");
    for (int i = 0; i < 600; ++i) {  // a minute of lines
        write_line();
        rig.clock.advance(Duration(100));
    }
    CHECK(rig.current() == all);
    CHECK(rig.rotated().empty());
    // Tried after 1, 2, 4, 8, 16 and 32 s more, not at every write.
    CHECK(rig.stream->counters().rotations_deferred == 6);
    CHECK(rig.complaints.size() == 1);

    rig.files.hold_file("/logs/app.log", false);
    rig.clock.advance(k_longest_rotation_pause);
    write_line();
    CHECK(rig.rotated().size() == 1);
    CHECK(rig.everything() == all);
    CHECK(rig.complaints.size() == 2);
    CHECK(rig.complaints.back().contains("was rotated"));
}

TEST_CASE("a put-off rotation still does not split a line") {
    LogRig rig;
    rig.options.rotate.max_size = {4};
    rig.open();
    REQUIRE(rig.write("aaa\n"));
    rig.files.hold_file("/logs/app.log");
    REQUIRE(rig.write("bbb\ncc"));
    rig.files.hold_file("/logs/app.log", false);
    rig.clock.advance(k_longest_rotation_pause);
    REQUIRE(rig.write("c"));
    CHECK(rig.rotated().empty());
    REQUIRE(rig.write("c\nd\n"));
    CHECK(rig.parts() == std::vector<std::string>{"aaa\nbbb\ncccc\n", "d\n"});
}

TEST_CASE("a current file that somebody removes comes back soon") {
    LogRig rig;
    rig.open();
    REQUIRE(rig.write("gone\n"));
    rig.files.erase("/logs/app.log");
    rig.clock.advance(k_name_check_interval);
    REQUIRE(rig.write("here\n"));
    CHECK(rig.current() == "here\n");
    CHECK(rig.complaints.size() == 1);
}

TEST_CASE("a current file that is removed just before its rotation is begun anew") {
    LogRig rig;
    rig.options.rotate.max_size = {5};
    rig.open();
    REQUIRE(rig.write("gone\n"));
    rig.files.erase("/logs/app.log");
    REQUIRE(rig.write("here\n"));
    CHECK(rig.current() == "here\n");
    CHECK(rig.stream->counters().rotations_deferred == 0);
}

TEST_CASE("a current file that somebody moves and makes anew, or empties, is noticed soon") {
    LogRig rig;
    rig.open();
    REQUIRE(rig.write("before\n"));
    rig.files.erase("/logs/app.log");
    rig.files.put("/logs/app.log", "new\n");
    rig.clock.advance(k_name_check_interval);
    REQUIRE(rig.write("after\n"));
    CHECK(rig.current() == "new\nafter\n");
    CHECK(rig.complaints.size() == 1);
    rig.clock.advance(k_name_check_interval);
    REQUIRE(rig.write("more\n"));
    CHECK(rig.complaints.size() == 1);
}

TEST_CASE("a record that an earlier life left without its end is ended, in raw format it goes on") {
    LogRig rig;
    rig.options.format = GENERATE(Format::raw, Format::text, Format::json);
    rig.options.rotate.on_start = GENERATE(false, true);
    const bool is_raw = rig.options.format == Format::raw;
    rig.files.put("/logs/app.log", "torn");
    SECTION("at once") {
        rig.open();
    }
    SECTION("when the folder can be used at last") {
        rig.files.fail_next(Operation::open_append, 1, testing::access_denied_error("/logs/app.log"));
        rig.open();
    }
    SECTION("behind a record of what was dropped") {
        rig.options.on_full = FullPolicy::drop;
        rig.files.set_disk_room(0);
        rig.open();
        REQUIRE(rig.write("dropped\n"));
        rig.files.set_disk_room({});
        rig.clock.advance(std::chrono::minutes(1));
    }
    REQUIRE(rig.write("1\n2\n"));
    const std::string all = rig.everything();
    CAPTURE(all);
    CHECK(all.starts_with(is_raw || rig.options.rotate.on_start ? "torn" : "torn\n"));
    CHECK_FALSE(all.contains("\n\n"));
    CHECK(all.ends_with("\n"));
    if (rig.options.rotate.on_start) {
        CHECK(rig.parts().front() == "torn");
    }
}

TEST_CASE("what is kept can change while the stream is open, and counts at once") {
    LogRig rig;
    rig.options.rotate.max_size = {4};
    rig.open();
    REQUIRE(rig.write("aaa\nbbb\nccc\nddd\n"));
    REQUIRE(rig.rotated().size() == 3);
    rig.options.keep.files = 1;
    rig.stream->configure(rig.options);
    rig.stream->tick();
    CHECK(rig.rotated().size() == 1);
    rig.options.keep.compress = Compression::gzip;
    rig.stream->configure(rig.options);
    rig.stream->tick();
    rig.keep_house();
    CHECK(rig.rotated().front().ends_with(".gz"));
}

TEST_CASE("looking after the name of the file costs a look in two seconds, not one a write") {
    LogRig rig;
    rig.open();
    for (int i = 0; i < 1000; ++i) {
        REQUIRE(rig.write("x\n"));
        rig.clock.advance(Duration(10));
    }
    CHECK(rig.files.count(Operation::stat) <= 5);
}

TEST_CASE("counters can be read and rotations requested while another thread writes") {
    LogRig rig;
    rig.options.rotate.max_size = {1000};
    rig.open();
    std::thread writer([&] {
        for (int i = 0; i < 3000; ++i) {
            (void)rig.write("a line of the log\n");
        }
    });
    std::uint64_t before = 0;
    for (int i = 0; i < 3000; ++i) {
        const std::uint64_t now = rig.stream->counters().bytes;
        REQUIRE(now >= before);
        before = now;
        if (i % 100 == 0) {
            rig.stream->request_rotation();
        }
    }
    writer.join();
    CHECK(rig.stream->counters().lines == 3000);
    CHECK(rig.everything().size() == 3000 * 18);
}

}  // namespace svcwrap::logs
