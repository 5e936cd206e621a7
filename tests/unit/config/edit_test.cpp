#include "config/edit.hpp"

#include <catch_amalgamated.hpp>
#include <string>

#include "config/service_config.hpp"

namespace svcwrap::config {

namespace {

const std::string k_process = "[process]\nexecutable = \"bin/app.exe\"\n";

Result<std::string> allow(const std::string& text) {
    return set_service_setting(text, "allow_insecure", "true", "/apps/App.toml");
}

}  // namespace

TEST_CASE("A setting is added to [service], and everything else stays as it was written") {
    const auto text = allow("# mine\r\n[service]  # the service\r\nname = \"App\"\r\n" + k_process);
    REQUIRE(text);
    CHECK(*text == "# mine\r\n[service]  # the service\r\nallow_insecure = true\r\nname = \"App\"\r\n" + k_process);
}

TEST_CASE("A setting that stands there is replaced, and its comment is kept") {
    const auto replaced = [](const std::string& line) {
        return allow("[service]\nname = \"App\"\n" + line + "\n" + k_process);
    };
    CHECK(*replaced("allow_insecure = false") == "[service]\nname = \"App\"\nallow_insecure = true\n" + k_process);
    CHECK(*replaced("  allow_insecure=false # no") ==
          "[service]\nname = \"App\"\n  allow_insecure= true # no\n" + k_process);
    const auto text = set_service_setting("[service]\nname = \"App\"\ndescription = \"a \\\" b\" # what\n" + k_process,
                                          "description", "\"c\"", "/apps/App.toml");
    REQUIRE(text);
    CHECK(*text == "[service]\nname = \"App\"\ndescription = \"c\" # what\n" + k_process);
}

TEST_CASE("A setting that has the value already changes nothing") {
    const std::string text = "service.name = \"App\"\nservice.allow_insecure = true\n" + k_process;
    CHECK(*allow(text) == text);
}

TEST_CASE("A comment, another table and a key that only begins the same are not the setting") {
    const std::string head = "[service]\n# allow_insecure = false\nname = \"App\"\n";
    const auto text = allow(head + k_process);
    REQUIRE(text);
    CHECK(*text == "[service]\nallow_insecure = true\n" + head.substr(10) + k_process);
}

TEST_CASE("What cannot be edited without changing something else is left to the user") {
    const std::string text = GENERATE(as<std::string>{}, "service = { name = \"App\" }\n" + k_process,
                                      "service.name = \"App\"\n" + k_process,
                                      "[service]\nname = \"App\"\n\"allow_insecure\" = false\n" + k_process);
    CAPTURE(text);
    const auto changed = allow(text);
    REQUIRE_FALSE(changed);
    CHECK(changed.error().kind == ErrorKind::bad_config);
    CHECK(changed.error().remedy.contains("allow_insecure = true"));
}

TEST_CASE("A text that is no configuration is refused with its own error") {
    const auto changed = allow("[service]\nname = 1\n");
    REQUIRE_FALSE(changed);
    CHECK(changed.error().where.contains("App.toml"));
}

}  // namespace svcwrap::config
