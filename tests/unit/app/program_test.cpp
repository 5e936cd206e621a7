#include "app/program.hpp"

#include <catch_amalgamated.hpp>

#include "app_world.hpp"

namespace svcwrap::app {

using testing::at;

TEST_CASE("What Windows can't start is told apart before it is installed") {
    struct Row {
        std::string file;
        std::string bytes;
        std::optional<ErrorKind> error;
        std::string remedy;
    };
    const auto row = GENERATE(values<Row>({
        {"app.exe", "MZ and more", {}, ""},
        {"APP.EXE", "MZ", {}, ""},
        {"old.com", "MZ", {}, ""},
        {"start.bat", "@echo off", {}, ""},
        {"start.CMD", "", {}, ""},
        {"text.exe", "#!/bin/sh", ErrorKind::usage, "damaged"},
        {"one.exe", "M", ErrorKind::usage, "damaged"},
        {"empty.exe", "", ErrorKind::usage, "damaged"},
        {"job.py", "print()", ErrorKind::usage, "--exe python.exe -- script.py"},
        {"server.js", "", ErrorKind::usage, "--exe node.exe -- script.js"},
        {"app.jar", "PK", ErrorKind::usage, "--exe java.exe -- -jar"},
        {"task.ps1", "", ErrorKind::usage, "powershell.exe"},
        {"notes.txt", "", ErrorKind::usage, "interpreter"},
        {"noextension", "MZ", ErrorKind::usage, "interpreter"},
    }));
    CAPTURE(row.file);
    testing::AppWorld world;
    world.files.put(at("x/" + row.file), row.bytes);
    const Status status = check_program(world.parts(), at("x/" + row.file));
    CHECK(status.has_value() == !row.error.has_value());
    if (!status) {
        CHECK(status.error().kind == row.error);
        CHECK(status.error().remedy.contains(row.remedy));
    }
}

TEST_CASE("A program that is missing and one that is a folder are told apart") {
    testing::AppWorld world;
    CHECK(check_program(world.parts(), at("none.exe")).error().kind == ErrorKind::not_found);
    CHECK(check_program(world.parts(), at("apps")).error().message.contains("is a folder"));
}

TEST_CASE("A program in the current folder is preferred to one on PATH") {
    testing::AppWorld world;
    world.files.put(at("users/me/app.exe"), "MZ");
    world.system.programs = {at("windows/app.exe")};
    CHECK(locate_program(world.parts(), "app.exe") == at("users/me/app.exe"));
}

TEST_CASE("Known runtimes get the way of stopping that they take for a request") {
    using supervise::StopMethod;
    const auto [file, method] = GENERATE(table<std::string, std::optional<StopMethod>>({
        {"java.exe", StopMethod::ctrl_c},
        {"JavaW.exe", StopMethod::close_window},
        {"python.exe", StopMethod::ctrl_c},
        {"pythonw.exe", StopMethod::close_window},
        {"node.exe", StopMethod::ctrl_c},
        {"cmd.exe", StopMethod::ctrl_c},
        {"PowerShell.exe", StopMethod::ctrl_c},
        {"pwsh.exe", StopMethod::ctrl_c},
        {"run.bat", StopMethod::ctrl_c},
        {"run.cmd", StopMethod::ctrl_c},
        {"app.exe", std::nullopt},
        {"javac.exe", std::nullopt},
        {"dotnet.exe", std::nullopt},
    }));
    CAPTURE(file);
    const auto advice = stop_advice(at("x/" + file));
    CHECK(advice.has_value() == method.has_value());
    if (advice) CHECK_FALSE(advice->reason.empty());
    const auto steps = default_stop_steps(at("x/" + file));
    REQUIRE(steps.size() == 1);
    CHECK(steps.front().method == method.value_or(StopMethod::ctrl_break));
}

}  // namespace svcwrap::app
