#include <array>
#include <catch_amalgamated.hpp>

#include "app_world.hpp"

namespace svcwrap::app {

using testing::AppWorld;
using testing::at;

namespace {

const std::string k_folder = at("out");

std::string everything_in(const AppWorld& world) {
    std::string text;
    std::string current;
    for (const std::string& name : world.files.names_in(k_folder)) {
        (name == "output.log" ? current : text) += world.files.contents(join_path(k_folder, name));
    }
    return text + current;
}

int pipe(AppWorld& world, std::vector<std::string> words) {
    words.insert(words.begin(), {"pipe", "--dir", k_folder});
    return world.run(std::move(words));
}

}  // namespace

TEST_CASE("pipe writes what it reads, byte for byte, over rotated files") {
    AppWorld world;
    std::string all;
    for (int i = 0; i < 300; ++i) {
        world.input.push_back("line " + std::to_string(i) + (i % 3 == 0 ? " goes on" : " ends\n"));
        all += world.input.back();
    }
    CHECK(pipe(world, {"--max-size", "1KiB", "--keep", "1000"}) == 0);
    CHECK(everything_in(world) == all);
    CHECK(world.files.names_in(k_folder).size() > 4);
    CHECK(world.out.empty());
    CHECK(world.err.empty());
}

TEST_CASE("pipe keeps so many rotated files and compresses all but the newest before it ends") {
    AppWorld world;
    for (int i = 0; i < 100; ++i) world.input.push_back(std::string(99, 'x') + "\n");
    CHECK(pipe(world, {"--max-size", "1KiB", "--keep", "3", "--compress"}) == 0);
    std::size_t compressed = 0;
    for (const std::string& name : world.files.names_in(k_folder)) compressed += name.ends_with(".log.gz") ? 1 : 0;
    CHECK(compressed == 2);
    CHECK(world.files.names_in(k_folder).size() == 4);
}

TEST_CASE("pipe writes text and JSON, and the last line though it has no end") {
    AppWorld world;
    world.input = {"one\ntw", "o\nthree"};
    CHECK(pipe(world, {"--format", "text", "--utc"}) == 0);
    CHECK(world.files.contents(join_path(k_folder, "output.log")).starts_with("2026-11-21T10:00:00.000Z out one\n"));
    CHECK(world.files.contents(join_path(k_folder, "output.log")).contains(" two\n"));
    CHECK(world.files.contents(join_path(k_folder, "output.log")).contains(" three\n"));

    world.input = {"four\n"};
    CHECK(pipe(world, {"--format", "json", "--name", "second", "--service", "App"}) == 0);
    const auto line = parse_json(world.files.contents(join_path(k_folder, "second.log")));
    REQUIRE(line);
    CHECK(line->find("service")->as_string() == "App");
    CHECK(line->find("message")->as_string() == "four");
}

TEST_CASE("pipe counts at the end with --json") {
    AppWorld world;
    world.input = {"one\ntwo\n"};
    CHECK(pipe(world, {"--json"}) == 0);
    REQUIRE(world.json().find("counters") != nullptr);
    CHECK(world.json().find("counters")->find("bytes")->as_int() == 8);
    CHECK(world.json().find("counters")->find("lines")->as_int() == 2);
    CHECK(world.json().find("whole")->as_bool());
    CHECK(world.json().find("path")->as_string() == join_path(k_folder, "output.log"));
}

TEST_CASE("pipe --tee gives the bytes on, and goes on without when nobody reads them") {
    AppWorld world;
    world.input = {"one\n", "\xFF\n"};
    CHECK(pipe(world, {"--tee"}) == 0);
    CHECK(world.out == "one\n\xFF\n");

    world.nobody_reads = true;
    world.input = {"two\n", "three\n"};
    CHECK(pipe(world, {"--tee"}) == 0);
    CHECK(everything_in(world) == "one\n\xFF\ntwo\nthree\n");
    CHECK(world.err.contains("nobody reads"));
}

TEST_CASE("pipe redacts what it is told to") {
    AppWorld world;
    world.input = {"password=secret1 user=me\n"};
    CHECK(pipe(world, {"--redact", "password=[^ ]*"}) == 0);
    CHECK(everything_in(world) == "[redacted] user=me\n");
}

TEST_CASE("pipe says at once when it can't write, and when it can't read") {
    AppWorld world;
    world.input = {"one\n"};
    world.files.fail_every(testing::Operation::make_folders, testing::access_denied_error(k_folder));
    CHECK(pipe(world, {}) == 7);
    CHECK(world.err.contains("folder of the logs"));
    world.files.heal();
    world.files.fail_every(testing::Operation::open_append, testing::access_denied_error(k_folder));
    CHECK(pipe(world, {}) == 7);
    world.files.heal();
    world.input_error = Error{
        .kind = ErrorKind::io_failed, .message = "read standard input: bad", .os_code = {}, .where = {}, .remedy = {}};
    CHECK(pipe(world, {}) == 10);
    CHECK(everything_in(world) == "one\n");
}

TEST_CASE("pipe drops and counts when the disk is full and that is asked for") {
    AppWorld world;
    world.input = {"12345\n", "67890\n"};
    world.files.set_disk_room(8);
    CHECK(pipe(world, {"--on-full", "drop", "--json"}) == 0);
    const auto dropped = world.json().find("counters")->find("dropped_bytes")->as_int();
    CHECK(dropped > 0);
    CHECK(everything_in(world).starts_with("12345\n"));
}

TEST_CASE("pipe leaves out the lines beyond a rate, and counts them") {
    AppWorld world;
    world.input = {"1\n2\n3\n4\n5\n"};
    CHECK(pipe(world, {"--rate-limit", "3 lines/1h", "--json"}) == 0);
    CHECK(everything_in(world).starts_with("1\n2\n3\n"));
    CHECK_FALSE(everything_in(world).contains("4\n"));
    CHECK(world.json().find("counters")->find("suppressed_lines")->as_int() == 2);
    world.input = {"1\n2\n3\n4\n5\n"};
    CHECK(pipe(world, {"--rate-limit", "3 lines/1h"}) == 0);
    CHECK(world.err.contains("2 lines were left out, as --rate-limit says"));
}

TEST_CASE("pipe writes a line longer than its limit in parts") {
    AppWorld world;
    world.input = {std::string(300, 'x') + "\n"};
    CHECK(pipe(world, {"--format", "text", "--utc", "--line-limit", "256 B", "--partial-after", "never"}) == 0);
    const std::string text = everything_in(world);
    CHECK(text.contains("Z out+ " + std::string(256, 'x') + "\n"));
    CHECK(text.contains("Z out " + std::string(44, 'x') + "\n"));
}

TEST_CASE("pipe brings its files to the disk as it is told") {
    AppWorld world;
    const auto flushes = [&world](std::vector<std::string> words) {
        world.input = {"one\n", "two\n"};
        words.insert(words.end(), {"--rotate-on-start"});
        const std::size_t before = world.files.count(testing::Operation::append_flush);
        CHECK(pipe(world, std::move(words)) == 0);
        return world.files.count(testing::Operation::append_flush) - before;
    };
    CHECK(flushes({}) == 0);
    CHECK(flushes({"--sync", "none"}) == 0);
    CHECK(flushes({"--sync", "rotate"}) > 0);
    CHECK(flushes({"--sync", "interval", "--sync-interval", "1s"}) > 0);
}

TEST_CASE("pipe goes by the fill of the volume") {
    AppWorld world;
    world.files.set_disk_room((4_GiB).bytes);  // of 100 GiB
    world.input = {"one\n"};
    CHECK(pipe(world, {}) == 0);
    CHECK(world.err.contains("%"));
    world.err.clear();
    CHECK(pipe(world, {"--disk-warn", "0", "--disk-compress", "0"}) == 0);
    CHECK(world.err.empty());
    world.input = {"two\n"};
    CHECK(pipe(world, {"--disk-stop", "95", "--json"}) == 0);
    CHECK(everything_in(world).starts_with("one\n"));
    CHECK(everything_in(world).contains("4 bytes dropped"));
    CHECK_FALSE(everything_in(world).contains("two"));
    CHECK(world.json().find("counters")->find("dropped_bytes")->as_int() == 4);
}

TEST_CASE("pipe compresses the newest rotated file too when that is asked for") {
    AppWorld world;
    for (int i = 0; i < 50; ++i) world.input.push_back(std::string(99, 'x') + "\n");
    CHECK(pipe(world, {"--max-size", "1KiB", "--compress-newest"}) == 0);
    for (const std::string& name : world.files.names_in(k_folder)) {
        CHECK((name == "output.log" || name.ends_with(".log.gz")));
    }
    CHECK(world.files.names_in(k_folder).size() > 2);
}

TEST_CASE("The options of pipe are bounded as the settings of a service are") {
    AppWorld world;
    for (const auto& [option, bad, good] :
         std::vector<std::array<std::string, 3>>{{"--line-limit", "255 B", "256 B"},
                                                 {"--line-limit", "2 MiB", "1 MiB"},
                                                 {"--partial-after", "9ms", "never"},
                                                 {"--sync-interval", "2d", "1d"},
                                                 {"--sync-interval", "99ms", "100ms"},
                                                 {"--disk-warn", "100", "99"},
                                                 {"--disk-compress", "-1", "0"},
                                                 {"--disk-prune", "x", "90"},
                                                 {"--disk-stop", "9.5", "95"},
                                                 {"--rate-limit", "10", "10 lines/1s"},
                                                 {"--rate-limit", "0 lines/1s", ""},
                                                 {"--sync", "always", "rotate"},
                                                 {"--at", "Someday 03:30", "Sunday 03:30"}}) {
        INFO(option << " " << bad);
        world.err.clear();
        CHECK(pipe(world, {option, bad}) == 2);
        CHECK(world.err.contains(option));
        CHECK(pipe(world, {option, good}) == 0);
    }
    CHECK(pipe(world, {"--interval", "hourly", "--at", "01:00"}) == 2);
    CHECK(pipe(world, {"--interval", "hourly", "--at", "00:59"}) == 0);
    CHECK(pipe(world, {"--line-limit", "1 B"}) == 2);
    CHECK(world.err.contains("256 B .. 1 MiB"));
}

TEST_CASE("pipe refuses what does not go together or makes no sense") {
    AppWorld world;
    CHECK(world.run({"pipe"}) == 2);
    CHECK(pipe(world, {"--tee", "--json"}) == 2);
    CHECK(pipe(world, {"--name", "a/b"}) == 2);
    CHECK(pipe(world, {"--max-size", "10"}) == 2);
    CHECK(pipe(world, {"--format", "xml"}) == 2);
    CHECK(pipe(world, {"--redact", "("}) == 2);
    CHECK(pipe(world, {"--name", "app.20261121T100000.123Z"}) == 2);
    CHECK(pipe(world, {"--encoding", "utf-16", "--redact", "x"}) == 2);
    CHECK(pipe(world, {"--encoding", "utf-16", "--rate-limit", "1 lines/1s"}) == 2);
    CHECK(pipe(world, {"--interval", "monthly"}) == 2);
}

}  // namespace svcwrap::app
