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

TEST_CASE("pipe refuses what does not go together or makes no sense") {
    AppWorld world;
    CHECK(world.run({"pipe"}) == 2);
    CHECK(pipe(world, {"--tee", "--json"}) == 2);
    CHECK(pipe(world, {"--name", "a/b"}) == 2);
    CHECK(pipe(world, {"--max-size", "10"}) == 2);
    CHECK(pipe(world, {"--format", "xml"}) == 2);
    CHECK(pipe(world, {"--redact", "("}) == 2);
    CHECK(pipe(world, {"--interval", "monthly"}) == 2);
}

}  // namespace svcwrap::app
