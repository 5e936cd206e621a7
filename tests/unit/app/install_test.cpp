#include <catch_amalgamated.hpp>

#include "app_world.hpp"
#include "base/argv.hpp"
#include "base/path.hpp"
#include "base/utf8.hpp"
#include "config/service_config.hpp"
#include "supervise/stop_plan.hpp"

namespace svcwrap::app {

using testing::AppWorld;
using testing::at;
using testing::ManagerCall;
using testing::Operation;

namespace {

std::vector<std::string> install_words() {
    return {"install", "MyApp", "--exe", at("apps/my app/app.exe"), "--", "--port", "8080", "two words", "", "a\"b\\"};
}

// The installation as it stands in the machine: the service, the file and the folder.
void check_nothing_is_left(AppWorld& world) {
    CHECK(world.services.find("MyApp") == nullptr);
    CHECK_FALSE(world.files.has(world.config_of("MyApp")));
    CHECK_FALSE(platform::exists(world.files, world.folder("MyApp")));
}

void write_config(AppWorld& world, const std::string& file, const std::string& more = {}) {
    world.files.put(file, "schema = 1\n[service]\nname = \"MyApp\"\n" + more + "[process]\nexecutable = '" +
                              at("apps/my app/app.exe") + "'\n");
}

}  // namespace

TEST_CASE("An installation writes a configuration that the service can read and registers the quoted image path") {
    AppWorld world;
    REQUIRE(world.run(install_words()) == 0);

    const auto config = config::load_config(world.files, world.config_of("MyApp"));
    REQUIRE(config);
    CHECK(config->service.name == "MyApp");
    CHECK(config->process.executable == at("apps/my app/app.exe"));
    CHECK(config->process.arguments == std::vector<std::string>{"--port", "8080", "two words", "", "a\"b\\"});
    CHECK(config->process.working_directory == at("apps/my app"));

    const auto* service = world.services.find("MyApp");
    REQUIRE(service != nullptr);
    CHECK(service->definition.command_line.starts_with("\"" + world.system.executable + "\" service"));
    CHECK(split_command_line(service->definition.command_line) ==
          std::vector<std::string>{world.system.executable, "service", "--name", "MyApp", "--config",
                                   world.config_of("MyApp")});
    CHECK(service->definition.display_name == "MyApp");
    CHECK(service->definition.start == platform::StartMode::automatic);
    std::vector<std::string> secured;
    for (const testing::FileCall& call : world.files.calls()) {
        if (call.operation == Operation::make_private_folder) secured.push_back(normalize_path(call.path));
    }
    const std::string folder = world.folder("MyApp");
    CHECK(secured == std::vector{world.system.data, folder, join_path(folder, "state"), join_path(folder, "logs")});
    CHECK(world.out.contains("svcwrap start MyApp"));
    CHECK(world.out.contains(world.config_of("MyApp")));
    CHECK(world.out.contains("LocalSystem"));
    CHECK(world.err.empty());
}

TEST_CASE("Every option of install reaches the configuration") {
    AppWorld world;
    world.files.put(at("srv/x"), "");
    REQUIRE(world.run({"install",        "MyApp",        "--exe",          at("apps/my app/app.exe"),
                       "--display-name", "My App",       "--description",  "what it is for",
                       "--start",        "delayed-auto", "--cwd",          at("srv"),
                       "--env",          "A=1",          "--env",          "B=x=[y]",
                       "--stop",         "terminate",    "--stop-timeout", "90s"}) == 0);
    const auto config = config::load_config(world.files, world.config_of("MyApp"));
    REQUIRE(config);
    CHECK(config->service.display_name == "My App");
    CHECK(config->service.description == "what it is for");
    CHECK(config->service.start == platform::StartMode::delayed_automatic);
    CHECK(config->process.working_directory == at("srv"));
    CHECK(config->process.environment == platform::Environment{{"A", "1"}, {"B", "x=[y]"}});
    REQUIRE(config->supervise.stop.steps.size() == 1);
    CHECK(config->supervise.stop.steps.front().method == supervise::StopMethod::terminate);
    CHECK(config->supervise.stop.steps.front().timeout == std::chrono::seconds(90));
    // The step, the end of the tree and a margin.
    CHECK(world.services.find("MyApp")->definition.preshutdown_timeout > std::chrono::seconds(95));
}

TEST_CASE("A failure at any step of an installation undoes the earlier ones") {
    AppWorld world;
    SECTION("the folder can't be made") {
        world.files.fail_every(Operation::make_private_folder, testing::access_denied_error("folder"));
    }
    SECTION("the configuration can't be written") {
        world.files.fail_every(Operation::write_whole, testing::disk_full_error("file"));
    }
    SECTION("the service can't be created") {
        world.services.fail(ManagerCall::create, testing::scm_error(ErrorKind::scm_failed, 1078, "the name is taken"));
    }
    CHECK(world.run(install_words()) != 0);
    CHECK(world.err.contains("install MyApp"));
    check_nothing_is_left(world);
}

TEST_CASE("When the account can't be let into the folder the registration is undone and the user's file is kept") {
    AppWorld world;
    write_config(world, at("my/MyApp.toml"), "account = 'NT AUTHORITY\\LocalService'\n");
    int calls = 0;
    world.files.set_fault([&calls](const testing::FileCall& call) -> std::optional<Error> {
        if (call.operation != Operation::make_private_folder || ++calls < 5) return std::nullopt;
        return testing::access_denied_error(call.path);
    });
    CHECK(world.run({"install", "MyApp", "--config", at("my/MyApp.toml")}) == exit_status_of(ErrorKind::access_denied));
    CHECK(world.services.count(ManagerCall::create) == 1);
    check_nothing_is_left(world);
    CHECK(world.files.has(at("my/MyApp.toml")));
}

TEST_CASE("What could not be undone is told") {
    AppWorld world;
    world.services.fail(ManagerCall::create, testing::scm_error(ErrorKind::scm_failed, 1078, "the name is taken"));
    world.files.fail_every(Operation::remove_file, testing::access_denied_error("the toml"));
    CHECK(world.run(install_words()) == exit_status_of(ErrorKind::scm_failed));
    CHECK(world.err.contains("the name is taken"));
    CHECK(world.err.contains("could not be taken back"));
}

TEST_CASE("An installation is refused before anything is written") {
    AppWorld world;
    std::vector<std::string> words = install_words();
    ErrorKind expected{};
    std::string hint;
    SECTION("without administrator rights") {
        world.system.elevated = false;
        expected = ErrorKind::access_denied;
        hint = "Run as administrator";
    }
    SECTION("over a service of that name, in any case") {
        world.services.put("MYAPP", "C:\\other.exe");
        expected = ErrorKind::already_exists;
        hint = "Choose another name";
    }
    SECTION("when the Service Control Manager can't be asked") {
        world.services.fail(ManagerCall::query,
                            testing::scm_error(ErrorKind::scm_failed, 1722, "the RPC server is unavailable"));
        expected = ErrorKind::scm_failed;
        hint = "RPC server";
    }
    SECTION("of a program that does not exist") {
        words[3] = at("none/app.exe");
        expected = ErrorKind::not_found;
        hint = "none";
    }
    SECTION("of a script") {
        world.files.put(at("x/job.py"), "print()");
        words[3] = at("x/job.py");
        world.system.programs.push_back(words[3]);
        expected = ErrorKind::usage;
        hint = "python.exe -- script.py";
    }
    SECTION("with a working directory that does not exist") {
        words.insert(words.begin() + 4, {"--cwd", at("nowhere")});
        expected = ErrorKind::not_found;
        hint = "--cwd";
    }
    SECTION("with a variable that has no value") {
        words.insert(words.begin() + 4, {"--env", "PORT"});
        expected = ErrorKind::usage;
        hint = "NAME=VALUE";
    }
    SECTION("with one variable twice") {
        words.insert(words.begin() + 4, {"--env", "PORT=1", "--env", "Port=2"});
        expected = ErrorKind::usage;
        hint = "twice";
    }
    SECTION("without a program") {
        words = {"install", "MyApp"};
        expected = ErrorKind::usage;
        hint = "--exe";
    }
    SECTION("with a program and a file") {
        words.insert(words.begin() + 4, {"--config", at("x.toml")});
        expected = ErrorKind::usage;
        hint = "exclude each other";
    }
    SECTION("with arguments beside a file") {
        words = {"install", "MyApp", "--config", at("x.toml"), "--", "--port"};
        expected = ErrorKind::usage;
        hint = "comes from the file";
    }
    CHECK(world.run(words) == exit_status_of(expected));
    CHECK(world.err.contains(hint));
    CHECK(world.files.count(Operation::write_whole) == 0);
    CHECK(world.files.count(Operation::make_private_folder) == 0);
    CHECK(world.services.count(ManagerCall::create) == 0);
}

TEST_CASE("A name that Windows does not take for a service is refused") {
    const std::string name = GENERATE(as<std::string>{}, "a/b", "a\\b", "");
    AppWorld world;
    auto words = install_words();
    words[1] = name;
    CHECK(world.run(words) != 0);
    CHECK(world.services.count(ManagerCall::create) == 0);
}

TEST_CASE("A name that Windows would expand at each start is refused, a mere % sign is not") {
    AppWorld world;
    auto words = install_words();
    words[1] = "a%TEMP%b";
    CHECK(world.run(words) == 2);
    CHECK(world.err.contains("%TEMP%"));
    CHECK(world.services.count(ManagerCall::create) == 0);
    words[1] = "100%";
    CHECK(world.run(words) == 0);
}

TEST_CASE("A name of a service of somebody else is not offered for removal") {
    AppWorld world;
    world.services.put("Other", "C:\\other.exe");
    auto words = install_words();
    words[1] = "Other";
    CHECK(world.run(words) == 6);
    CHECK_FALSE(world.err.contains("svcwrap uninstall"));
}

TEST_CASE("A configuration that stops a known runtime by the default is told what suits it") {
    AppWorld world;
    world.files.put(at("py/python.exe"), "MZ...");
    const std::string begin = "schema = 1\n[service]\nname = \"MyApp\"\n[process]\nexecutable = '";
    SECTION("no [stop] at all") {
        world.files.put(at("users/me/MyApp.toml"), begin + at("py/python.exe") + "'\n");
        CHECK(world.run({"install", "MyApp", "--config", "MyApp.toml"}) == 0);
        CHECK(world.out.contains("ctrl-c suits it better: Python"));
    }
    SECTION("what suits it") {
        world.files.put(at("users/me/MyApp.toml"),
                        begin + at("py/python.exe") + "'\n[stop]\nsteps = [{ method = \"ctrl-c\" }]\n");
        CHECK(world.run({"install", "MyApp", "--config", "MyApp.toml"}) == 0);
        CHECK_FALSE(world.out.contains("suits it better"));
    }
    SECTION("a program that nobody knows") {
        write_config(world, at("users/me/MyApp.toml"));
        CHECK(world.run({"install", "MyApp", "--config", "MyApp.toml"}) == 0);
        CHECK_FALSE(world.out.contains("suits it better"));
    }
}

TEST_CASE("The configuration of an earlier installation is kept, and used only when it is named") {
    AppWorld world;
    write_config(world, world.config_of("MyApp"));
    const std::string before = world.files.contents(world.config_of("MyApp"));
    CHECK(world.run(install_words()) == exit_status_of(ErrorKind::already_exists));
    CHECK(world.err.contains("--config"));
    CHECK(world.run({"install", "MyApp", "--config", world.config_of("MyApp")}) == 0);
    CHECK(world.services.find("MyApp") != nullptr);
    CHECK(world.files.contents(world.config_of("MyApp")) == before);
}

TEST_CASE("A given file is checked with the code of the service and registered at its absolute path") {
    AppWorld world;
    SECTION("a relative path is made absolute") {
        write_config(world, at("users/me/MyApp.toml"));
        CHECK(world.run({"install", "MyApp", "--config", "MyApp.toml"}) == 0);
        CHECK(split_command_line(world.services.find("MyApp")->definition.command_line).back() ==
              at("users/me/MyApp.toml"));
        CHECK(world.out.contains("whoever can change it"));
    }
    SECTION("a wrong file is refused with every error and its place") {
        write_config(world, at("users/me/MyApp.toml"), "colour = 1\nstart = \"never\"\n");
        CHECK(world.run({"install", "MyApp", "--config", "MyApp.toml"}) == 5);
        CHECK(world.err.contains("MyApp.toml:4:"));
        CHECK(world.err.contains("MyApp.toml:5:"));
        CHECK(world.services.count(ManagerCall::create) == 0);
    }
    SECTION("a file of another service is refused") {
        write_config(world, at("users/me/MyApp.toml"));
        CHECK(world.run({"install", "Other", "--config", "MyApp.toml"}) == 5);
        CHECK(world.err.contains("MyApp"));
    }
    SECTION("a missing file is not found") {
        CHECK(world.run({"install", "MyApp", "--config", "none.toml"}) == 4);
    }
}

TEST_CASE("A runtime that wants Ctrl-C gets it, and the user is told why") {
    AppWorld world;
    const std::string java = at("java/bin/java.exe");
    world.files.put(java, "MZ");
    SECTION("by default") {
        REQUIRE(world.run({"install", "MyApp", "--exe", java, "--", "-jar", "x.jar"}) == 0);
        CHECK(world.out.contains("shutdown hooks"));
        const auto config = config::load_config(world.files, world.config_of("MyApp"));
        CHECK(config->supervise.stop.steps.front().method == supervise::StopMethod::ctrl_c);
    }
    SECTION("but not against the user's word") {
        REQUIRE(world.run({"install", "MyApp", "--exe", java, "--stop", "ctrl-break"}) == 0);
        CHECK_FALSE(world.out.contains("shutdown hooks"));
        const auto config = config::load_config(world.files, world.config_of("MyApp"));
        CHECK(config->supervise.stop.steps.front().method == supervise::StopMethod::ctrl_break);
    }
}

TEST_CASE("An account with a password takes it from the environment, never from the command line") {
    AppWorld world;
    world.accounts.put("CORP\\svc");
    write_config(world, at("users/me/MyApp.toml"), "account = 'CORP\\svc'\n");
    CHECK(world.run({"install", "MyApp", "--config", "MyApp.toml"}) == 2);
    CHECK(world.err.contains("SVCWRAP_PASSWORD"));
    world.system.variables.emplace_back("SVCWRAP_PASSWORD", "secret");
    CHECK(world.run({"install", "MyApp", "--config", "MyApp.toml"}) == 0);
    CHECK(world.services.find("MyApp")->password == "secret");
    CHECK_FALSE(world.out.contains("secret"));
}

TEST_CASE("install --json tells what was made") {
    AppWorld world;
    auto words = install_words();
    words.insert(words.begin() + 1, "--json");
    REQUIRE(world.run(words) == 0);
    const Json json = world.json();
    REQUIRE(json.find("ok") != nullptr);
    CHECK(json.find("ok")->as_bool());
    CHECK(json.find("name")->as_string() == "MyApp");
    CHECK(json.find("config_file")->as_string() == world.config_of("MyApp"));
    CHECK(json.find("start_mode")->as_string() == "auto");
}

TEST_CASE("install --start-now keeps the installation when the program does not stay up, and says so") {
    AppWorld world;
    auto words = install_words();
    words.insert(words.begin() + 1, "--start-now");
    world.services.fail(ManagerCall::start, testing::scm_error(ErrorKind::scm_failed, 1053, "it did not respond"));
    CHECK(world.run(words) == exit_status_of(ErrorKind::scm_failed));
    CHECK(world.err.contains("MyApp is installed, but it does not run"));
    CHECK(world.services.find("MyApp") != nullptr);
    CHECK(world.files.has(world.config_of("MyApp")));
}

TEST_CASE("install takes the stop methods that need no more than their name") {
    using supervise::StopMethod;
    const auto [word, method] = GENERATE(table<std::string, StopMethod>({{"ctrl-break", StopMethod::ctrl_break},
                                                                         {"ctrl-c", StopMethod::ctrl_c},
                                                                         {"close-window", StopMethod::close_window},
                                                                         {"stdin", StopMethod::standard_input},
                                                                         {"terminate", StopMethod::terminate}}));
    CAPTURE(word);
    AppWorld world;
    REQUIRE(world.run({"install", "App", "--exe", at("apps/my app/app.exe"), "--stop", word}) == 0);
    const auto config = config::load_config(world.files, world.config_of("App"));
    REQUIRE(config);
    CHECK(config->supervise.stop.steps.front().method == method);
    CHECK(world.services.find("App")->definition.preshutdown_timeout ==
          supervise::preshutdown_budget(config->supervise.stop));
}

}  // namespace svcwrap::app
