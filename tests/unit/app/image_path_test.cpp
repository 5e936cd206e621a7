#include "app/image_path.hpp"

#include <catch_amalgamated.hpp>

#include "app_world.hpp"

namespace svcwrap::app {

TEST_CASE("The image path quotes the program always and every part that needs it") {
    const ServiceImage image{.executable = "C:\\Program Files\\svcwrap\\svcwrap.exe",
                             .name = "My App",
                             .config_file = "C:\\ProgramData\\svcwrap\\My App\\My App.toml"};
    CHECK(make_image_path(image) ==
          "\"C:\\Program Files\\svcwrap\\svcwrap.exe\" service --name \"My App\" --config "
          "\"C:\\ProgramData\\svcwrap\\My App\\My App.toml\"");
    const ServiceImage plain{.executable = "C:\\svcwrap.exe", .name = "App", .config_file = "C:\\App.toml"};
    CHECK(make_image_path(plain).starts_with("\"C:\\svcwrap.exe\" service --name App"));
}

TEST_CASE("An image path read back gives the parts that made it") {
    const std::string name = GENERATE(as<std::string>{}, "App", "My App", "Grüße", "a'b", "a&b;c", "tail ");
    const ServiceImage image{
        .executable = "C:\\a b\\svcwrap.exe", .name = name, .config_file = "D:\\x y\\" + name + ".toml"};
    const auto back = parse_image_path(make_image_path(image));
    REQUIRE(back);
    CHECK(back->executable == image.executable);
    CHECK(back->name == image.name);
    CHECK(back->config_file == image.config_file);
}

TEST_CASE("Services of others are not taken for svcwrap's") {
    const std::string foreign =
        GENERATE(as<std::string>{}, "", "C:\\Windows\\system32\\svchost.exe -k netsvcs", "\"C:\\nssm.exe\"",
                 "\"C:\\x.exe\" service", "\"C:\\x.exe\" service --name App",
                 "\"C:\\x.exe\" service --name App --config C:\\App.toml --more",
                 "\"C:\\x.exe\" run --name App --config C:\\App.toml");
    CHECK_FALSE(parse_image_path(foreign));
}

TEST_CASE("A copied registration under another name is not svcwrap's service") {
    testing::AppWorld world;
    world.services.put("Copy", "\"C:\\svcwrap.exe\" service --name App --config C:\\App.toml");
    const auto found = find_registration(world.parts(), "Copy");
    REQUIRE_FALSE(found);
    CHECK(found.error().kind == ErrorKind::not_found);
    CHECK(found.error().message.contains("Copy is not a svcwrap service"));
}

TEST_CASE("A name that no service has, or can have, is said to be none") {
    testing::AppWorld world;
    for (const std::string name : {"Other", "a/b"}) {
        if (name == "a/b")
            world.services.fail(testing::ManagerCall::configuration,
                                testing::scm_error(ErrorKind::scm_failed, 123, "it is no name"));
        const auto found = find_registration(world.parts(), name);
        REQUIRE_FALSE(found);
        CHECK(found.error().kind == ErrorKind::not_found);
        CHECK(found.error().message == "there is no service named " + name);
    }
}

TEST_CASE("A service is found by its name in any case") {
    testing::AppWorld world;
    world.put_service("MyApp");
    CHECK(find_registration(world.parts(), "myapp"));
}

}  // namespace svcwrap::app
