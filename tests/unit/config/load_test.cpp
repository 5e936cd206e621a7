
#include "unit/config/config_testing.hpp"

using namespace svcwrap;
using namespace svcwrap::config;
using namespace std::chrono_literals;

TEST_CASE("The smallest configuration fills in what follows from it") {
    const auto config = parse_good(minimal());
    CHECK(config.file == k_file);
    CHECK(config.service.name == "App");
    CHECK(config.service.display_name == "App");
    CHECK(config.service.account == "LocalSystem");
    CHECK(config.process.executable == native("etc/bin/app.exe"));
    CHECK(config.process.working_directory == native("etc/bin"));
    CHECK(config.logs.directory == native("etc/logs"));
    CHECK(config.process.environment_file.empty());
    CHECK(config.supervise.stop.steps.size() == 1);
}

TEST_CASE("Every setting of a full configuration arrives") {
    const auto config = parse_good(R"(schema = 1
[service]
name = "MyApp"
display_name = "Mein Dienst ü"
description = "what it is for"
start = "delayed-auto"
account = 'NT AUTHORITY\LocalService'
dependencies = ["Tcpip", "+Group"]
required_privileges = ["SeChangeNotifyPrivilege"]
sid_type = "restricted"
pause = "suspend"
watch = true
[process]
executable = '../app/x.exe'
arguments = ["--port", "80 80", "", 'C:\']
working_directory = "data"
priority = "below-normal"
cpu_affinity = [0, 3]
inherit_environment = false
environment_file = "app.env"
[process.environment]
Z = "1"
A = "%Z%2"
[start]
timeout = "45s"
[stop]
steps = [{ method = "ctrl-c", timeout = "5s" }, { method = "terminate" }]
timeout = "40s"
kill_tree = false
[restart]
policy = "always"
success_exit_codes = [0, 3, -1, 0xC000013A]
delay = "2s"
max_delay = "1m"
multiplier = 3
jitter = 0
reset_after = "never"
limit = 5
limit_interval = "30m"
on_give_up = "recover"
every = "24h"
at = "03:30"
[[restart.rules]]
exit_codes = ["3", "100-110", "0xC0000005", "-1", "crash", "timeout", "launch-failure", "probe-failure", 7, -2]
delay = "30s"
[[restart.rules]]
exit_codes = [42]
action = "stop"
[logs]
directory = "../out"
stdout = "discard"
stderr = "file"
[logs.rotate]
max_size = "0"
on_start = true
[logs.keep]
files = 3
age = "7d"
total_size = "100 MB"
[limits]
memory = "1.5 GiB"
cpu_percent = 50
processes = 9
)");
    CHECK(config.service.display_name == "Mein Dienst ü");
    CHECK(config.service.description == "what it is for");
    CHECK(config.service.start == platform::StartMode::delayed_automatic);
    CHECK(config.service.account == R"(NT AUTHORITY\LocalService)");
    CHECK(config.service.dependencies == std::vector<std::string>{"Tcpip", "+Group"});
    CHECK(config.service.required_privileges == std::vector<std::string>{"SeChangeNotifyPrivilege"});
    CHECK(config.service.sid_type == platform::SidType::restricted);
    CHECK(config.supervise.pause == supervise::PausePolicy::suspend);
    CHECK(config.watch);
    CHECK(config.process.executable == native("app/x.exe"));
    CHECK(config.process.arguments == std::vector<std::string>{"--port", "80 80", "", R"(C:\)"});
    CHECK(config.process.working_directory == native("etc/data"));
    CHECK(config.process.priority == platform::Priority::below_normal);
    CHECK(config.process.cpu_affinity == std::vector<std::uint32_t>{0, 3});
    CHECK_FALSE(config.process.inherit_environment);
    CHECK(config.process.environment_file == native("etc/app.env"));
    CHECK(config.process.environment == platform::Environment{{"Z", "1"}, {"A", "%Z%2"}});
    CHECK(config.supervise.start.timeout == 45s);
    const auto& steps = config.supervise.stop.steps;
    REQUIRE(steps.size() == 2);
    CHECK(steps[0].method == supervise::StopMethod::ctrl_c);
    CHECK(steps[0].timeout == 5s);
    CHECK(steps[1].method == supervise::StopMethod::terminate);
    CHECK(steps[1].timeout == 20s);
    CHECK(config.supervise.stop.timeout == 40s);
    CHECK_FALSE(config.supervise.stop.kill_tree);
    const auto& restart = config.supervise.restart;
    CHECK(restart.policy == supervise::RestartPolicy::always);
    CHECK(restart.success_exit_codes == std::vector<std::uint32_t>{0, 3, 0xFFFFFFFF, 0xC000013A});
    CHECK(restart.delay == 2s);
    CHECK(restart.max_delay == 1min);
    CHECK(restart.multiplier == 3.0);
    CHECK(restart.jitter == 0.0);
    CHECK(restart.reset_after == k_forever);
    CHECK(restart.limit == 5);
    CHECK(restart.limit_interval == 30min);
    CHECK(restart.on_give_up == supervise::GiveUp::recover);
    CHECK(config.schedule.every == 24h);
    CHECK(config.schedule.at == 210min);
    REQUIRE(restart.rules.size() == 2);
    CHECK(restart.rules[0].exit_codes.size() == 10);
    CHECK(restart.rules[0].action == supervise::RuleAction::restart);
    CHECK(restart.rules[0].delay == 30s);
    CHECK(restart.rules[1].action == supervise::RuleAction::stop);
    CHECK_FALSE(restart.rules[1].delay);
    CHECK(config.logs.directory == native("out"));
    CHECK(config.logs.standard_output == logs::OutputTarget::discard);
    CHECK(config.logs.standard_error == logs::ErrorTarget::file);
    CHECK(config.logs.rotate.max_size == ByteSize{0});
    CHECK(config.logs.rotate.on_start);
    CHECK(config.logs.keep.files == 3);
    CHECK(config.logs.keep.age == 168h);
    CHECK(config.logs.keep.total_size == ByteSize{100'000'000});
    CHECK(config.limits.memory == ByteSize{1'610'612'736});
    CHECK(config.limits.cpu_percent == 50);
    CHECK(config.limits.processes == 9);
}

TEST_CASE("CRLF, a byte order mark, inline tables and dotted keys are fine") {
    CHECK(parse_good("\xEF\xBB\xBF[service]\r\nname = \"App\"\r\n[process]\r\nexecutable = 'bin/x'\r\n").service.name ==
          "App");
    const auto config =
        parse_good("service.name = 'App'\nprocess = { executable = 'bin/x' }\nlogs.rotate.on_start = true\n");
    CHECK(config.process.executable == native("etc/bin/x"));
    CHECK(config.logs.rotate.on_start);
    CHECK(parse_good(minimal("[stop]\nsteps = []\n")).supervise.stop.steps.empty());
}

TEST_CASE("A longer delay pulls up the longest delay that was not given") {
    CHECK(parse_good(minimal("[restart]\ndelay = \"10m\"\n")).supervise.restart.max_delay == 10min);
}

// One wrong line behind the smallest configuration: where, what and which way out.
TEST_CASE("A wrong setting is named with its place, its full key, what was found and what is allowed") {
    struct Row {
        std::string more;     // begins on line 5
        std::string place;    // line:column
        std::string message;  // a part of it
        std::string remedy;   // a part of it
    };
    const auto row = GENERATE(values<Row>({
        // names
        {"[restart]\npolcy = \"never\"\n", "6:1", "restart.polcy: there is no such setting",
         "did you mean restart.policy?"},
        {"[restart]\nmaxDelay = \"1s\"\n", "6:1", "restart.maxDelay", "did you mean restart.max_delay?"},
        {"[logs]\nmax_size = \"1 MiB\"\n", "6:1", "logs.max_size: there is no such setting",
         "did you mean logs.rotate.max_size?"},
        {"[stop]\nmethod = \"ctrl-c\"\n", "6:1", "stop.method", "did you mean stop.steps.method?"},
        {"[stop]\nkilltree = true\n", "6:1", "stop.killtree", "did you mean stop.kill_tree?"},
        {"[hooks.prestart]\n", "5:8", "hooks.prestart: there is no such setting", "did you mean hooks.pre_start?"},
        {"[hooks]\npre_start = { cmd = [\"x\"] }\n", "6:15", "hooks.pre_start.cmd: there is no such setting",
         "command, timeout, ignore_failure"},
        {"[hooks]\npre_start = [\"x\"]\n", "6:1", "hooks.pre_start: a list was found, a table is needed",
         "write [hooks.pre_start]"},
        {"[log]\n", "5:2", "log: there is no such setting", "did you mean logs?"},
        {"[process.environnement]\nA = \"1\"\n", "5:10", "process.environnement", "did you mean process.environment?"},
        {"exec = 'x'\n", "5:1", "process.exec", "did you mean process.executable?"},
        {"[limits]\nwhatever_this_is = 1\n", "6:1", "limits.whatever_this_is",
         "known here: memory, cpu_percent, processes"},
        {"[stop]\nsteps = [{ methd = \"ctrl-c\" }]\n", "6:12", "stop.steps.methd", "did you mean stop.steps.method?"},
        {"\"arguments.x\" = 1\n", "5:1", "process.arguments.x: there is no such setting", ""},
        // types
        {"[restart]\nlimit = \"3\"\n", "6:9", "restart.limit: the text \"3\" was found, an integer is needed",
         "limit = 0"},
        {"[restart]\nlimit = 3.5\n", "6:9", "restart.limit: the number 3.5 was found, an integer is needed", ""},
        {"[restart]\ndelay = 5\n", "6:9", "restart.delay: the integer 5 was found, a duration is needed",
         "delay = \"1s\""},
        {"[limits]\nmemory = 1024\n", "6:10", "limits.memory: the integer 1024 was found, a size is needed",
         "memory = \"0\""},
        {"[logs.rotate]\non_start = \"yes\"\n", "6:12",
         "logs.rotate.on_start: the text \"yes\" was found, a true or false is needed", ""},
        {"arguments = \"--x\"\n", "5:13", "process.arguments: the text \"--x\" was found, a list of texts is needed",
         "[\"--port\", \"8080\"]"},
        {"arguments = [\"a\", 3]\n", "5:19", "process.arguments: the integer 3 was found, a text is needed", ""},
        {"cpu_affinity = [\"a\"]\n", "5:17", "process.cpu_affinity: the text \"a\" was found, an integer is needed",
         ""},
        {"environment = \"A=1\"\n", "5:15",
         "process.environment: the text \"A=1\" was found, a table of texts is needed", "[process.environment]"},
        {"[restart]\npolicy = 2026-11-21\n", "6:10", "restart.policy: a date or time was found, a choice is needed",
         ""},
        {"[stop]\nsteps = \"ctrl-c\"\n", "6:9", "stop.steps: the text \"ctrl-c\" was found, a list of steps is needed",
         "ctrl-break"},
        {"[stop]\nsteps = [\"ctrl-c\"]\n", "6:10", "stop.steps: the text \"ctrl-c\" was found, a table is needed",
         "method, timeout, text, command"},
        {"[restart]\nrules = 3\n", "6:9", "restart.rules: the integer 3 was found, a list of rules is needed", ""},
        {"[[logs]]\n", "5:3", "logs: a list was found, a table is needed", "write [logs]"},
        // ranges, choices, durations, sizes
        {"[limits]\ncpu_percent = 101\n", "6:15", "limits.cpu_percent: the integer 101 is out of range",
         "allowed: 0 .. 100"},
        {"[limits]\ncpu_percent = -1\n", "6:15", "limits.cpu_percent: the integer -1 is out of range", ""},
        {"[restart]\nmultiplier = 0.5\n", "6:14", "restart.multiplier: the number 0.5 is out of range",
         "allowed: 1 .. 100"},
        {"[restart]\nmultiplier = nan\n", "6:14", "restart.multiplier", "allowed: 1 .. 100"},
        {"[restart]\njitter = 1.1\n", "6:10", "restart.jitter", "allowed: 0 .. 1"},
        {"[restart]\nlimit_interval = \"0\"\n", "6:18", "restart.limit_interval: the text \"0\" is out of range",
         "1ms .. never"},
        {"[restart]\nsuccess_exit_codes = [4294967296]\n", "6:23", "restart.success_exit_codes",
         "-2147483648 .. 4294967295"},
        {"[restart]\npolicy = \"on-falure\"\n", "6:10", "restart.policy: the text \"on-falure\" is not allowed",
         "did you mean \"on-failure\"?"},
        {"[restart]\npolicy = \"Never\"\n", "6:10", "restart.policy: the text \"Never\" is not allowed",
         "allowed: never | on-failure"},
        {"[restart]\ndelay = \"5x\"\n", "6:9", "restart.delay: \"5x\" is not a duration", "ms, s, m, h, d, w"},
        {"[limits]\nmemory = \"10\"\n", "6:10", "limits.memory: \"10\" is not a size: the unit is missing", "MiB"},
        {"[limits]\nmemory = \"1 KiB\"\n", "6:10", "limits.memory", "0, or 1 MiB .. 1000 TiB"},
        {"[logs.rotate]\nmax_size = \"100 B\"\n", "6:12", "logs.rotate.max_size", "0, or 4 KiB .. 1 TiB"},
        {"[stop]\nsteps = [{ timeout = \"0\" }]\n", "6:22", "stop.steps.timeout", "1ms .. 1d"},
        {"[stop]\nsteps = [{ timeout = \"25h\" }]\n", "6:22", "stop.steps.timeout", "1ms .. 1d"},
        {"[stop]\nsteps = [{ method = \"kill\" }]\n", "6:21", "stop.steps.method",
         "ctrl-break | ctrl-c | close-window"},
        {"[stop]\nsteps = [{ method = \"pre-stop\" }]\n", "6:21", "is not allowed", "wait | terminate"},
        {"[stop]\ntimeout = \"0\"\n", "6:11", "stop.timeout: the text \"0\" is out of range", "1ms .. never"},
        {"[stop]\nkill_tree = \"no\"\n", "6:13", "stop.kill_tree: the text \"no\" was found", "kill_tree = true"},
        {"[restart]\nevery = \"59s\"\n", "6:9", "restart.every: the text \"59s\" is out of range", "1m .. never"},
        {"[restart]\nat = \"24:00\"\n", "6:6", "restart.at: \"24:00\" is not a time of day", "03:30"},
        {"[restart]\nat = 03:30:00\n", "6:6", "restart.at: a date or time was found, a text is needed", "\"03:30\""},
        {"[hooks]\npre_stop.timeout = \"never\"\n", "6:20", "hooks.pre_stop.timeout: the text", "1ms .. 1d"},
        {"[hooks]\npost_stop.command = \"x.exe a\"\n", "6:21",
         "hooks.post_stop.command: the text \"x.exe a\" was found, a list of texts is needed", "\"argument\"]"},
        {"[hooks.on_failure]\nignore_failure = 1\n", "6:18", "hooks.on_failure.ignore_failure: the integer 1", ""},
        // rules of one setting or between two
        {"[restart]\ndelay = \"10s\"\nmax_delay = \"5s\"\n", "7:13",
         "restart.max_delay: 5s is shorter than restart.delay, 10s", ""},
        {"[[restart.rules]]\naction = \"stop\"\n", "5:1", "restart.rules.exit_codes is missing", "exit_codes = "},
        {"[[restart.rules]]\nexit_codes = []\n", "6:14", "would never match", ""},
        {"[[restart.rules]]\nexit_codes = [\"5-3\"]\n", "6:15",
         "restart.rules.exit_codes: \"5-3\" is a range that ends before it begins", "100-110"},
        {"[[restart.rules]]\nexit_codes = [true]\n", "6:15",
         "restart.rules.exit_codes: true was found, a code is needed", ""},
        {"[[restart.rules]]\nexit_codes = [3]\naction = \"stop\"\ndelay = \"1s\"\n", "8:9",
         "restart.rules.delay: only the action", ""},
        {"[stop]\nsteps = [{ method = \"command\" }]\n", "6:10", "stop.steps.command is missing", "command = ['"},
        {"[stop]\nsteps = [{ method = \"command\", command = [] }]\n", "6:10", "stop.steps.command is missing", ""},
        {"[stop]\nsteps = [{ command = [\"x\"] }]\n", "6:22", "stop.steps.command: only the method \"command\" has it",
         "write method = \"command\""},
        {"[stop]\nsteps = [{ method = \"wait\", text = \"x\" }]\n", "6:36",
         "stop.steps.text: only the method \"stdin\" has it", "write method = \"stdin\""},
        {"[stop]\nsteps = [{ method = \"command\", command = [\"\", \"x\"] }]\n", "6:42",
         "stop.steps.command: the path is empty", ""},
        {"[hooks]\npre_start.command = ['\"C:\\a b\\x.exe\"']\n", "6:21", "hooks.pre_start.command: the path",
         "without quotation marks"},
        {"[process.environment]\nPATH = \"a\"\nPath = \"b\"\n", "7:1",
         "process.environment.Path: the variable is set twice", ""},
        {"[process.environment]\nPORT = 80\n", "6:8", "process.environment.PORT: the integer 80 was found", "quotes"},
        {"[process.environment]\n\"A=B\" = \"c\"\n", "6:1", "the name holds =", ""},
        {"[process.environment]\n\"\" = \"c\"\n", "6:1", "the name is empty", ""},
        {"[process.environment]\nA = \"\\u0000\"\n", "6:1", "the value holds a NUL character", ""},
        {"arguments = [\"a\\u0000b\"]\n", "5:14", "process.arguments: the text holds a NUL character", ""},
        {"[logs]\ndirectory = \"\"\n", "6:13", "logs.directory: the path is empty", ""},
        {"[process.arguments]\n", "5:1", "process.arguments: a table was found, a list of texts is needed", ""},
        // TOML itself
        {"[restart\n", "5:9", "not valid TOML", ""},
        {"x = \n", "5:", "not valid TOML", ""},
        {"executable = 'again'\n", "5:", "not valid TOML", ""},
        {"ü = 1\n", "5:1", "not ASCII", ""},
        {"x = \"\xFF\"\n", "5:6", "not UTF-8", "Notepad"},
        {"x = \"C:\\apps\\x\"\n", "5:", "not valid TOML", "single quotes"},
        {"x = \"C:\\日\"\n", "5:", "not valid TOML", "single quotes"},
        {"x = \"a\n", "5:", "not valid TOML", "close the text with its quote"},
    }));
    const auto errors = parse_bad(minimal(row.more));
    INFO(row.more);
    INFO(to_text(errors[0]));
    CHECK(errors.size() == 1);
    CHECK(errors[0].kind == ErrorKind::bad_config);
    CHECK(errors[0].where.starts_with(k_file + ":" + row.place));
    CHECK(errors[0].message.contains(row.message));
    CHECK(errors[0].remedy.contains(row.remedy));
    CHECK_FALSE(errors[0].remedy.empty());
}

TEST_CASE("A file in UTF-16, as editors on Windows save it, is named for what it is") {
    for (const std::string_view text : {std::string_view("\xFF\xFE[\0s\0", 6), std::string_view("\xFE\xFF\0[\0s", 6)}) {
        const auto errors = parse_bad(std::string(text));
        REQUIRE(errors.size() == 1);
        CHECK(errors[0].where == k_file + ":1:1");
        CHECK(errors[0].remedy.contains("it is UTF-16: save it as UTF-8"));
    }
}

TEST_CASE("Columns are counted in characters, and places hold behind CRLF and a byte order mark") {
    const auto errors = parse_bad(
        "\xEF\xBB\xBF[service]\r\nname = \"App\"\r\n[process]\r\nexecutable = 'ü/日/x'\r\npriority = \"日\"\r\n"
        "environment = { A = \"üü\", a = \"x\" }\r\n");
    REQUIRE(errors.size() == 2);
    CHECK(errors[0].where == k_file + ":5:12");
    CHECK(errors[1].where == k_file + ":6:27");
}

TEST_CASE("The required settings are asked for at their tables") {
    auto errors = parse_bad("# nothing\n");
    REQUIRE(errors.size() == 2);
    CHECK(errors[0].message == "service.name is missing");
    CHECK(errors[0].where == k_file + ":1:1");
    CHECK(errors[0].remedy == "write for example, under [service]: name = \"MyApp\"");
    CHECK(errors[1].message == "process.executable is missing");
    errors = parse_bad("[service]\nname = \"x\"\n\n[process]\n");
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].where == k_file + ":4:2");
}

TEST_CASE("A program without a folder is refused, since PATH is not searched") {
    const auto errors = parse_bad("[service]\nname = \"x\"\n[process]\nexecutable = \"node.exe\"\n");
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].where == k_file + ":4:14");
    CHECK(errors[0].message == "process.executable: \"node.exe\" is a name without a folder, and PATH is not searched");
    CHECK(errors[0].remedy.contains("./node.exe"));
}

TEST_CASE("Paths with quotation marks around or in them are refused") {
    const auto errors = parse_bad(
        "[service]\nname = \"x\"\n[process]\nexecutable = '\"C:\\a b\\app.exe\"'\n"
        "working_directory = 'C:\\a\"b'\n");
    REQUIRE(errors.size() == 2);
    CHECK(errors[0].where == k_file + ":4:14");
    CHECK(errors[0].message.contains("process.executable"));
    CHECK(errors[0].message.contains("quotation mark"));
    CHECK(errors[0].remedy.contains("without quotation marks"));
    CHECK(errors[1].where == k_file + ":5:21");
    CHECK(errors[1].message.contains("process.working_directory"));
}

TEST_CASE("All errors of a text are reported, in its order") {
    const auto errors = parse_bad(
        "[limits]\ncpu_percent = 200\nmemory = 1\n[service]\nname = \"a/b\"\nstart = \"no\"\nx = "
        "1\n[process]\n[logs]\nstdout = 1\n");
    std::vector<std::string> places;
    for (const auto& error : errors) places.push_back(error.where.substr(k_file.size()));
    CHECK(places == std::vector<std::string>{":2:15", ":3:10", ":5:8", ":6:9", ":7:1", ":8:2", ":10:10"});
}

TEST_CASE("Another schema is the only error that is reported") {
    auto errors = parse_bad("schema = 2\nunknown = 1\n");
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].where == k_file + ":1:10");
    CHECK(errors[0].message == "schema: 2 is not known to this svcwrap, which reads schema 1");
    CHECK(errors[0].remedy.contains("newer svcwrap"));
    errors = parse_bad("schema = \"1\"\n");
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].message.contains("an integer is needed"));
}

TEST_CASE("A command line that Windows cannot hold is refused") {
    const std::string argument(33'000, 'x');
    const auto errors = parse_bad(minimal("arguments = [\"" + argument + "\"]\n"));
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].message.contains("Windows allows 32766"));
    parse_good(minimal("arguments = [\"" + argument.substr(0, 32'000) + "\"]\n"));
}
