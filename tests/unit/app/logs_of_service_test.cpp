// `svcwrap logs NAME`: where the logs of a service are, and its journal and runs.
#include <catch_amalgamated.hpp>

#include "host/run_history.hpp"
#include "logs_world.hpp"

namespace svcwrap::app {

using namespace std::chrono_literals;
using testing::at;
using testing::FakeClock;
using testing::lines_in;
using testing::LogsWorld;

TEST_CASE("logs of a service are found by its configuration") {
    LogsWorld world;
    world.put_app();
    world.files.put(world.log_of_app("stdout.log"), "line 1\nline 2\n");
    CHECK(world.run({"logs", "App"}) == 0);
    CHECK(world.out == "line 1\nline 2\n");
    CHECK(world.run({"logs", "Other"}) == 4);
    CHECK(world.run({"logs", "App", "--stream", "err"}) == 2);
}

TEST_CASE("logs of a service are found without a configuration that can be read, and it is said why") {
    LogsWorld world;
    world.put_app("[logs]\nfrmat = \"text\"\n");
    world.files.put(world.log_of_app("stdout.log"), "2026-11-21T09:00:00.000Z out line 1\n");
    CHECK(world.run({"logs", "App", "--level", "info"}) == 0);
    CHECK(world.out == "2026-11-21T09:00:00.000Z out line 1\n");
    CHECK(world.err.contains("the configuration can't be read (" + world.config_of("App") + ":"));
    CHECK(world.err.contains("frmat"));
    CHECK(world.err.contains(join_path(world.folder("App"), "logs")));

    world.files.put(world.log_of_app("stderr.log"), "2026-11-21T09:00:00.000Z err line 2\n");
    CHECK(world.run({"logs", "App", "--path"}) == 0);
    CHECK(world.out == world.log_of_app("stdout.log") + "\n" + world.log_of_app("stderr.log") + "\n");
    CHECK(world.err.contains("can't be read"));

    world.files.erase(world.config_of("App"));
    CHECK(world.run({"logs", "App", "--stream", "err"}) == 0);
    CHECK(world.out == "2026-11-21T09:00:00.000Z err line 2\n");
}

TEST_CASE("logs without a configuration are looked for where the wrapper wrote last") {
    LogsWorld world;
    world.put_app("nonsense");
    const std::string elsewhere = at("elsewhere/stdout.log");
    world.files.put(world.log_of_app("stdout.log"), "old\n");
    world.files.put(elsewhere, "{\"time\":\"2026-11-21T09:00:00.000Z\",\"level\":\"info\",\"message\":\"new\"}\n");
    host::PublishedState state{.service = "App", .state = supervise::State::stopped};
    state.logs = {{.stream = "stdout", .path = elsewhere}};
    world.publish(state);
    CHECK(world.run({"logs", "App"}) == 0);
    CHECK(world.out.contains("\"new\""));
    CHECK(world.err.contains(at("elsewhere")));

    // It is not installed any more, and nobody has its configuration.
    world.files.erase(world.config_of("App"));
    REQUIRE(world.services.remove("App"));
    CHECK(world.run({"logs", "App"}) == 0);
    CHECK(world.out.contains("\"new\""));
    CHECK(world.err.contains("there is no service named App"));
}

TEST_CASE("logs without a configuration do not follow the wrapper's note to another machine") {
    LogsWorld world;
    world.put_app("nonsense");
    world.files.put(world.log_of_app("stdout.log"), "here\n");
    for (const std::string path : {R"(\\evil\share\stdout.log)", "//evil/share/stdout.log",
                                   R"(\\?\UNC\evil\share\stdout.log)", "stdout.log", ""}) {
        CAPTURE(path);
        host::PublishedState state{.service = "App", .state = supervise::State::stopped};
        state.logs = {{.stream = "stdout", .path = path}, {.stream = "../secret", .path = at("elsewhere/x.log")}};
        world.publish(state);
        world.files.put(path, "there\n");
        CHECK(world.run({"logs", "App"}) == 0);
        CHECK(world.out == "here\n");
    }
}

TEST_CASE("two raw logs of a service are shown one behind the other") {
    LogsWorld world;
    world.put_app("[logs]\nstderr = \"file\"\n");
    world.files.put(world.log_of_app("stdout.log"), "good\n");
    world.files.put(world.log_of_app("stderr.log"), "bad\n");
    CHECK(world.run({"logs", "App"}) == 0);
    CHECK(world.out == "==> stdout <==\ngood\n\n==> stderr <==\nbad\n");
    CHECK(world.run({"logs", "App", "--stream", "err"}) == 0);
    CHECK(world.out == "bad\n");
}

TEST_CASE("logs says when there is nothing yet, and when nothing is kept") {
    LogsWorld world;
    world.put_app();
    CHECK(world.run({"logs", "App"}) == 0);
    CHECK(world.out.empty());
    CHECK(world.err.contains("nothing yet"));
    world.put_app("[logs]\nstdout = \"discard\"\n");
    CHECK(world.run({"logs", "App"}) == 4);
    CHECK(world.err.contains("not kept"));
}

TEST_CASE("logs --events shows the wrapper's journal, with a level if that is asked for") {
    LogsWorld world;
    world.put_app("[logs]\nstdout = \"discard\"\n");
    world.files.put(journal_in(world.folder("App")),
                    "2026-11-21T09:00:00.000Z info    started\n2026-11-21T09:01:00.000Z warning ended\n");
    CHECK(world.run({"logs", "App", "--events"}) == 0);
    CHECK(lines_in(world.out).size() == 2);
    CHECK(world.run({"logs", "App", "--events", "--level", "warn"}) == 0);
    CHECK(world.out == "2026-11-21T09:01:00.000Z warning ended\n");
    CHECK(world.run({"logs", "App", "--events", "-n", "1", "--grep", "start"}) == 0);
    CHECK(world.out == "2026-11-21T09:00:00.000Z info    started\n");
}

TEST_CASE("logs --run takes the bounds of a run from the history") {
    LogsWorld world;
    world.put_app("[logs]\nstdout = \"discard\"\n");
    std::vector<host::RunRecord> runs(2);
    runs[0].run = 1;
    runs[0].launched = FakeClock::k_start - 10min;
    runs[1].run = 2;
    runs[1].launched = FakeClock::k_start - 5min;
    world.files.put(host::history_file_path(world.system.data, "App"), host::history_text(runs));
    world.files.put(journal_in(world.folder("App")),
                    "2026-11-21T09:40:00.000Z info before\n2026-11-21T09:52:00.000Z info first\n"
                    "2026-11-21T09:57:00.000Z info second\n");
    CHECK(world.run({"logs", "App", "--events", "--run", "-1"}) == 0);
    CHECK(world.out == "2026-11-21T09:52:00.000Z info first\n");
    CHECK(world.run({"logs", "App", "--events", "--run", "2"}) == 0);
    CHECK(world.out == "2026-11-21T09:57:00.000Z info second\n");
    CHECK(world.run({"logs", "App", "--events", "--run", "-2"}) == 4);
}

}  // namespace svcwrap::app
