#include <string>
#include <vector>

#include "unit/config/config_testing.hpp"

using namespace svcwrap;
using namespace svcwrap::config;
using namespace std::chrono_literals;

TEST_CASE("Every method of a stop step is read with what belongs to it") {
    using enum supervise::StopMethod;
    const auto config = parse_good(minimal(R"([stop]
steps = [
    { method = "ctrl-break" }, { method = "ctrl-c" }, { method = "close-window", timeout = "3s" },
    { method = "stdin", text = "quit\n" }, { method = "stdin" },
    { method = "command", command = ["ctl.exe", "stop", "%PATH%"] },
    { method = "command", command = ['tools/ctl.exe'] },
    { method = "wait", timeout = "1m" }, { method = "terminate" },
]
)"));
    const auto& steps = config.supervise.stop.steps;
    std::vector<supervise::StopMethod> methods;
    for (const auto& step : steps) methods.push_back(step.method);
    CHECK(methods == std::vector{ctrl_break, ctrl_c, close_window, standard_input, standard_input, command, command,
                                 wait, terminate});
    REQUIRE(steps.size() == 9);
    CHECK(steps[2].timeout == 3s);
    CHECK(steps[3].text == "quit\n");
    CHECK(steps[4].text.empty());
    CHECK(steps[5].command == std::vector<std::string>{"ctl.exe", "stop", "%PATH%"});
    CHECK(steps[6].command == std::vector<std::string>{native("etc/tools/ctl.exe")});
    CHECK(config.supervise.stop.timeout == k_forever);
    CHECK(config.supervise.stop.kill_tree);
    CHECK_FALSE(config.supervise.stop.pre_stop);
}

TEST_CASE("Hooks are read as tables and inline, and the stop learns the time of pre_stop") {
    const auto config = parse_good(minimal(R"([hooks]
pre_start = { command = ["prepare.exe"] }
post_start.command = ['./tools/tell.exe', 'x']
pre_stop = { command = ["drain.exe"], timeout = "90s" }
[hooks.post_stop]
command = ["clean.exe"]
ignore_failure = true
[hooks.on_failure]
command = ["mail.exe"]
[hooks.on_give_up]
command = ["mail.exe", "now"]
)"));
    const auto& hooks = config.hooks;
    REQUIRE((hooks.pre_start && hooks.post_start && hooks.pre_stop));
    REQUIRE((hooks.post_stop && hooks.on_failure && hooks.on_give_up));
    CHECK(hooks.pre_start->command == std::vector<std::string>{"prepare.exe"});
    CHECK(hooks.pre_start->timeout == 30s);
    CHECK_FALSE(hooks.pre_start->ignore_failure);
    CHECK(hooks.post_start->command == std::vector<std::string>{native("etc/tools/tell.exe"), "x"});
    CHECK(hooks.pre_stop->timeout == 90s);
    CHECK(hooks.post_stop->ignore_failure);
    CHECK(hooks.on_failure->command == std::vector<std::string>{"mail.exe"});
    CHECK(hooks.on_give_up->command == std::vector<std::string>{"mail.exe", "now"});
    CHECK(config.supervise.stop.pre_stop == 90s);
}

TEST_CASE("A hook without a command is none") {
    const auto config = parse_good(minimal("[hooks.pre_stop]\ncommand = []\ntimeout = \"90s\"\n"));
    CHECK_FALSE(config.hooks.pre_stop);
    CHECK_FALSE(config.supervise.stop.pre_stop);
}

TEST_CASE("A hook that is described must have a command") {
    const auto errors =
        parse_bad(minimal("[hooks.pre_stop]\ntimeout = \"90s\"\n[hooks.post_stop]\nignore_failure = true\n"));
    REQUIRE(errors.size() == 2);
    CHECK(errors[0].message.starts_with("hooks.pre_stop.command"));
    CHECK(errors[1].message.starts_with("hooks.post_stop.command"));
}

TEST_CASE("The command line of a step or a hook must fit Windows too") {
    const std::string argument(33'000, 'x');
    const auto errors = parse_bad(minimal("[hooks]\npre_start.command = [\"a\", \"" + argument +
                                          "\"]\n[stop]\nsteps = " + "[{ method = \"command\", command = [\"a\", \"" +
                                          argument + "\"] }]\n"));
    REQUIRE(errors.size() == 2);
    CHECK(errors[0].message.starts_with("hooks.pre_start.command: the command line has 33"));
    CHECK(errors[1].message.starts_with("stop.steps.command: the command line has 33"));
}
