#include <algorithm>
#include <catch_amalgamated.hpp>
#include <string>
#include <vector>

#include "app/safety.hpp"
#include "app_world.hpp"
#include "config/service_config.hpp"
#include "host/events.hpp"

namespace svcwrap::app {

using testing::AppWorld;
using testing::at;
using testing::ManagerCall;
using testing::Operation;

namespace {

constexpr std::string_view k_users_write = "O:BAD:(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;BU)";

std::vector<std::string> install_words() {
    return {"install", "MyApp", "--exe", at("apps/my app/app.exe")};
}

void write_config(AppWorld& world, const std::string& file, const std::string& more = {}) {
    world.files.put(file, "schema = 1\n[service]\nname = \"MyApp\"\n" + more + "[process]\nexecutable = '" +
                              at("apps/my app/app.exe") + "'\n");
}

bool has_event(const AppWorld& world, host::EventId id, const std::string& text) {
    return std::ranges::any_of(world.events->records(), [&](const platform::EventRecord& record) {
        return record.id == std::to_underlying(id) && record.text.contains(text);
    });
}

}  // namespace

TEST_CASE("A program that others can change is not installed, and the error says who, where and what to do") {
    AppWorld world;
    world.access.set_name("S-1-5-32-545", "BUILTIN\\Users");
    world.access.set(at("apps/my app"), k_users_write);
    CHECK(world.run(install_words()) == exit_status_of(ErrorKind::access_denied));
    CHECK(world.err.contains("LocalSystem"));
    CHECK(world.err.contains("BUILTIN\\Users"));
    CHECK(world.err.contains("my app"));
    CHECK(world.err.contains("icacls"));
    CHECK(world.err.contains("--allow-insecure"));
    CHECK(world.services.count(ManagerCall::create) == 0);
    CHECK(world.files.count(Operation::make_private_folder) == 0);
}

TEST_CASE("With --allow-insecure it is installed, which the configuration, the user and the Event Log are told") {
    AppWorld world;
    world.access.set(at("apps/my app"), k_users_write);
    std::string file;
    SECTION("with a configuration that svcwrap writes") {
        auto words = install_words();
        words.emplace_back("--allow-insecure");
        REQUIRE(world.run(words) == 0);
        file = world.config_of("MyApp");
    }
    SECTION("with the user's own") {
        file = at("my/MyApp.toml");
        write_config(world, file, "description = \"mine\"  # by hand\n");
        REQUIRE(world.run({"install", "MyApp", "--config", file, "--allow-insecure"}) == 0);
        CHECK(world.files.contents(file).contains("description = \"mine\"  # by hand\n"));
    }
    const auto config = config::load_config(world.files, file);
    REQUIRE(config);
    CHECK(config->service.allow_insecure);
    CHECK(world.out.contains("Insecure: "));
    CHECK(has_event(world, host::EventId::service_insecure, "my app"));
}

TEST_CASE("A user's file gets its text back when the installation fails after all") {
    AppWorld world;
    world.access.set(at("apps/my app"), k_users_write);
    write_config(world, at("my/MyApp.toml"));
    const std::string before = world.files.contents(at("my/MyApp.toml"));
    world.services.fail(ManagerCall::create, testing::scm_error(ErrorKind::scm_failed, 1078, "the name is taken"));
    CHECK(world.run({"install", "MyApp", "--config", at("my/MyApp.toml"), "--allow-insecure"}) != 0);
    CHECK(world.files.contents(at("my/MyApp.toml")) == before);
}

TEST_CASE("A folder of the service's own that others can change or read, or that is a link, is refused") {
    AppWorld world;
    const std::string folder = world.folder("MyApp");
    world.files.put(join_path(folder, "left-over.txt"), "x");
    std::string hint;
    SECTION("they can write into it") {
        world.access.set(folder, k_users_write);
        hint = "icacls";
    }
    SECTION("they can read it") {
        world.access.set(folder, "O:BAD:(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)");
        hint = "can read";
    }
    SECTION("somebody else owns what is in it") {
        world.access.set(join_path(folder, "left-over.txt"), "O:BUD:(A;;FA;;;BA)");
        hint = "left-over.txt";
    }
    SECTION("it is a link") {
        world.access.set_link(folder, at("elsewhere"));
        hint = "is a link";
    }
    SECTION("the folder above belongs to somebody else") {
        world.access.set(world.system.data, k_users_write);
        hint = "icacls";
    }
    // Not even with this: the folder is svcwrap's own business.
    auto words = install_words();
    words.emplace_back("--allow-insecure");
    CHECK(world.run(words) == exit_status_of(ErrorKind::access_denied));
    INFO(world.err);
    CHECK(world.err.contains(hint));
    CHECK(world.services.count(ManagerCall::create) == 0);
}

TEST_CASE("A folder that somebody else makes while the installation is under way is not used") {
    AppWorld world;
    // He makes it when svcwrap has looked, and before it makes its own.
    world.files.put(join_path(world.system.data, "his.txt"), "x");
    world.access.set(world.system.data, "O:BUD:(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)");
    world.access.set_exists([&world](const std::string& path) {
        const bool is_his = normalize_path(path).starts_with(world.system.data);
        const bool was_made = world.files.count(Operation::make_private_folder) > 0;
        return (!is_his || was_made) && platform::exists(world.files, path);
    });
    CHECK(world.run(install_words()) == exit_status_of(ErrorKind::access_denied));
    INFO(world.err);
    CHECK(world.err.contains(world.system.data));
    CHECK(world.services.count(ManagerCall::create) == 0);
    CHECK(world.files.count(Operation::write_whole) == 0);
    CHECK_FALSE(platform::exists(world.files, world.folder("MyApp")));
}

TEST_CASE("Permissions that cannot be read are no safe ones") {
    AppWorld world;
    world.access.fail(testing::access_denied_error("the permissions"));
    CHECK(world.run(install_words()) == exit_status_of(ErrorKind::access_denied));
    CHECK(world.services.count(ManagerCall::create) == 0);
}

TEST_CASE("start and restart refuse what others can change, unless the configuration allows it") {
    AppWorld world;
    world.put_service("MyApp");
    write_config(world, world.config_of("MyApp"));
    world.access.set(at("apps/my app/app.exe"), k_users_write);
    const std::string command = GENERATE("start", "restart");
    CHECK(world.run({command, "MyApp"}) == exit_status_of(ErrorKind::access_denied));
    CHECK(world.err.contains("app.exe"));
    CHECK(world.services.count(ManagerCall::start) == 0);
    CHECK(world.services.count(ManagerCall::stop) == 0);
    write_config(world, world.config_of("MyApp"), "allow_insecure = true\n");
    (void)world.run({command, "MyApp"});
    CHECK(world.services.count(ManagerCall::start) == 1);
}

TEST_CASE("A danger that is found is one for somebody who is not elevated, too; what he may not look at is not") {
    AppWorld world;
    world.put_service("MyApp");
    write_config(world, world.config_of("MyApp"));
    world.system.elevated = false;
    SECTION("found") {
        world.access.set(at("apps/my app/app.exe"), k_users_write);
        CHECK(world.run({"start", "MyApp"}) == exit_status_of(ErrorKind::access_denied));
        CHECK(world.services.count(ManagerCall::start) == 0);
    }
    SECTION("not to be seen") {
        world.access.fail(testing::access_denied_error("the permissions"));
        (void)world.run({"start", "MyApp"});
        CHECK(world.services.count(ManagerCall::start) == 1);
    }
}

TEST_CASE("A start refuses a service whose own folders others can write in") {
    AppWorld world;
    world.put_service("MyApp");
    write_config(world, world.config_of("MyApp"));
    const std::string state = join_path(world.folder("MyApp"), "state");
    world.files.put(join_path(state, "state.json"), "{}");
    world.access.set(state, k_users_write);
    CHECK(world.run({"start", "MyApp"}) == exit_status_of(ErrorKind::access_denied));
    CHECK(world.err.contains("state"));
    CHECK(world.services.count(ManagerCall::start) == 0);
}

TEST_CASE("What an administrator's own account can change is summed up, and told in full on demand") {
    AppWorld world;
    world.access.set_name("S-1-5-21-7", "PC\\admin");
    world.access.set_administrators({"S-1-5-21-7"});
    world.files.put(world.system.executable, "MZ");
    for (const std::string folder : {"apps", "apps/my app", "tools", "tools/svc wrap"}) {
        world.access.set(at(folder), "O:S-1-5-21-7D:(A;;FA;;;BA)");
    }
    auto words = install_words();
    SECTION("in short") {
        REQUIRE(world.run(words) == 0);
        INFO(world.out);
        CHECK(world.out.contains("PC\\admin can change its permissions: "));
        CHECK(world.out.contains(" and 1 more\n"));
        CHECK(std::ranges::count(world.out, '\n') < 20);
    }
    SECTION("in full") {
        words.insert(words.begin() + 2, "--verbose");
        REQUIRE(world.run(words) == 0);
        for (const std::string folder : {"apps", "apps/my app", "tools", "tools/svc wrap"}) {
            INFO(world.out);
            CHECK(world.out.contains("PC\\admin can change its permissions: " + at(folder) + " ("));
        }
    }
    SECTION("as JSON") {
        words.insert(words.begin() + 2, "--json");
        REQUIRE(world.run(words) == 0);
        CHECK(std::get<JsonArray>(world.json().find("cautions")->value()).size() >= 4);
    }
}

TEST_CASE("The account of a service reads its configuration and writes state and logs, nothing else") {
    AppWorld world;
    write_config(world, world.config_of("MyApp"), "account = \"virtual\"\n");
    REQUIRE(world.run({"install", "MyApp", "--config", world.config_of("MyApp")}) == 0);
    CHECK(world.services.find("MyApp")->definition.account == "NT SERVICE\\MyApp");
    const auto guest = [&](const std::string& path) {
        const auto found = world.files.guests().find(path);
        return found == world.files.guests().end() ? "none" : found->second;
    };
    const std::string folder = world.folder("MyApp");
    CHECK(guest(folder) == "S-1-5-80-MyApp:read");
    CHECK(guest(join_path(folder, "state")) == "S-1-5-80-MyApp:modify");
    CHECK(guest(join_path(folder, "logs")) == "S-1-5-80-MyApp:modify");
    CHECK_FALSE(guest(world.system.data).contains("S-1-5-80"));
}

TEST_CASE("A user's account gets the right to log on as a service, and that is said once") {
    AppWorld world;
    world.accounts.put("CORP\\svc");
    world.terminal = true;
    world.typed = "from the prompt";
    write_config(world, at("my/MyApp.toml"), "account = 'CORP\\svc'\n");
    REQUIRE(world.run({"install", "MyApp", "--config", at("my/MyApp.toml")}) == 0);
    CHECK(world.asked.contains("CORP\\svc"));
    CHECK(world.services.find("MyApp")->password == "from the prompt");
    CHECK(world.accounts.has_logon_right("CORP\\svc"));
    CHECK(world.out.contains("Log on as a service"));
    CHECK_FALSE((world.out + world.err).contains("from the prompt"));

    REQUIRE(world.run({"uninstall", "MyApp"}) == 0);
    world.piped = "from the pipe";
    REQUIRE(world.run({"install", "MyApp", "--config", at("my/MyApp.toml"), "--password-stdin"}) == 0);
    CHECK(world.services.find("MyApp")->password == "from the pipe");
    CHECK_FALSE(world.out.contains("Log on as a service"));
}

TEST_CASE("The source of events comes with the first service and goes with the last") {
    AppWorld world;
    auto second = install_words();
    second[1] = "Other";
    REQUIRE(world.run(install_words()) == 0);
    REQUIRE(world.run(second) == 0);
    CHECK(world.events->is_registered());
    CHECK(has_event(world, host::EventId::service_installed, "MyApp"));
    REQUIRE(world.run({"uninstall", "MyApp"}) == 0);
    CHECK(world.events->is_registered());
    REQUIRE(world.run({"uninstall", "Other"}) == 0);
    CHECK_FALSE(world.events->is_registered());
    CHECK(has_event(world, host::EventId::service_removed, "Other"));
}

TEST_CASE("An Event Log that fails changes nothing but a note") {
    AppWorld world;
    world.events->set_fault(Error{.kind = ErrorKind::io_failed, .message = "the log is broken"});
    CHECK(world.run(install_words()) == 0);
    CHECK(world.out.contains("the log is broken"));
    CHECK(world.run({"uninstall", "MyApp"}) == 0);
    CHECK(world.err.contains("the log is broken"));
    CHECK(world.services.find("MyApp") == nullptr);
}

TEST_CASE("Windows starts a service again whose wrapper has crashed, unless the configuration says otherwise") {
    AppWorld world;
    using std::chrono::seconds;
    SECTION("by default, and only after a crash") {
        REQUIRE(world.run(install_words()) == 0);
        const auto& recovery = world.services.find("MyApp")->definition.recovery;
        CHECK(recovery.restarts == std::vector<Duration>{seconds(5), seconds(30), seconds(60)});
        CHECK(recovery.reset_after == std::chrono::hours(24));
        CHECK_FALSE(recovery.on_failure_exit);
    }
    SECTION("also after giving up, if that is left to Windows") {
        write_config(world, at("my/MyApp.toml"));
        world.files.put(at("my/MyApp.toml"),
                        world.files.contents(at("my/MyApp.toml")) + "[restart]\non_give_up = \"recover\"\n");
        REQUIRE(world.run({"install", "MyApp", "--config", at("my/MyApp.toml")}) == 0);
        CHECK(world.services.find("MyApp")->definition.recovery.on_failure_exit);
    }
    SECTION("not at all") {
        write_config(world, at("my/MyApp.toml"), "recovery = \"none\"\n");
        REQUIRE(world.run({"install", "MyApp", "--config", at("my/MyApp.toml")}) == 0);
        CHECK(world.services.find("MyApp")->definition.recovery.restarts.empty());
    }
}

}  // namespace svcwrap::app
