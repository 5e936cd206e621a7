#include "config/environment.hpp"

#include "unit/config/config_testing.hpp"

using namespace svcwrap;
using namespace svcwrap::config;
using platform::Environment;

namespace {

// One file; everything else is not what these tests need.
class OneFile final : public platform::FileSystem {
public:
    OneFile(std::string path, std::string text) : path_(std::move(path)), text_(std::move(text)) {}

    Result<std::string> read_text(const std::string& path, ByteSize limit) override {
        if (path != path_) return fail(ErrorKind::not_found, "open " + path);
        if (text_.size() > limit.bytes) return fail(ErrorKind::io_failed, path + " is too large");
        return text_;
    }
    Result<std::unique_ptr<platform::AppendFile>> open_append(const std::string&) override { return unused(); }
    Result<std::unique_ptr<platform::ReadFile>> open_read(const std::string&) override { return unused(); }
    Status write_whole(const std::string&, std::string_view) override { return unused(); }
    Result<platform::DirectoryEntry> stat(const std::string&) override { return unused(); }
    Result<std::vector<platform::DirectoryEntry>> list(const std::string&) override { return unused(); }
    Status rename(const std::string&, const std::string&) override { return unused(); }
    Status remove_file(const std::string&) override { return unused(); }
    Status remove_folder(const std::string&) override { return unused(); }
    Status make_folders(const std::string&) override { return unused(); }
    Status make_private_folder(const std::string&, const std::string&, platform::FolderRight) override {
        return unused();
    }
    Result<std::shared_ptr<const platform::HeldFolder>> hold_folder(const std::string&) override { return unused(); }
    Result<platform::DiskSpace> disk_space(const std::string&) override { return unused(); }

private:
    static std::unexpected<Error> unused() { return fail(ErrorKind::internal, "this test reads one file only"); }

    std::string path_;
    std::string text_;
};

}  // namespace

TEST_CASE("%NAME% is expanded from what is known, whatever its case, and the rest stays") {
    const Environment variables{
        {"Path", R"(C:\Windows)"}, {"A", "1"}, {"EMPTY", ""}, {"NESTED", "%A%"}, {"ProgramFiles(x86)", "P"}};
    struct Row {
        std::string text;
        std::string expanded;
    };
    const auto row = GENERATE(values<Row>({
        {"", ""},
        {"plain", "plain"},
        {R"(%PATH%;C:\x)", R"(C:\Windows;C:\x)"},
        {"%a%%A%", "11"},
        {"[%EMPTY%]", "[]"},
        {"%NESTED%", "%A%"},
        {"%UNKNOWN%", "%UNKNOWN%"},
        {"%%", "%"},
        {"%%A%%", "%A%"},
        {"%%%A%", "%1"},
        {"100%", "100%"},
        {"50% of %A%", "50% of 1"},
        {"%UNKNOWN%A%", "%UNKNOWN1"},
        {"%ProgramFiles(x86)%", "P"},
        {"%", "%"},
    }));
    INFO(row.text);
    CHECK(expand_variables(row.text, variables) == row.expanded);
}

TEST_CASE("An environment file is read line by line, literally") {
    const auto variables = parse_environment_file(
        "\xEF\xBB\xBF# comment\r\nA=1\r\n\r\n  B = two words \r\n\t# indented "
        "comment\nC=\nD=\"quoted\"=%A%\na=last\nÜ=ü",
        "app.env");
    REQUIRE(variables);
    CHECK(*variables ==
          Environment{{"A", "last"}, {"B", " two words "}, {"C", ""}, {"D", "\"quoted\"=%A%"}, {"Ü", "ü"}});
    CHECK(parse_environment_file("", "x")->empty());
}

TEST_CASE("A wrong line of an environment file is named with its number") {
    struct Row {
        std::string text;
        std::string where;
        std::string message;
    };
    const auto row = GENERATE(values<Row>({
        {"A=1\nB\n", "app.env:2", "has no ="},
        {"=x\n", "app.env:1", "name before the = is missing"},
        {"# c\n\n  =x", "app.env:3", "name before the = is missing"},
        {"A=\xFF", "app.env:1", "not UTF-8"},
        {std::string("\xFF\xFE"
                     "A\0=\0",
                     6),
         "app.env:1", "not UTF-8"},
        {std::string("A=\0", 3), "app.env:1", "not UTF-8"},
    }));
    const auto variables = parse_environment_file(row.text, "app.env");
    REQUIRE_FALSE(variables);
    CHECK(variables.error().kind == ErrorKind::bad_config);
    CHECK(variables.error().where == row.where);
    CHECK(variables.error().message.contains(row.message));
}

TEST_CASE("The child's environment is the wrapper's own, then the file's, then the configuration's") {
    auto config =
        parse_good(minimal("environment_file = 'app.env'\n[process.environment]\nPATH = '%PATH%;x'\nONE = "
                           "'%FROM_FILE%'\nTWO = '%ONE%%THREE%'\nTHREE = '3'\n"));
    const Environment own{{"Path", "sys"}, {"KEEP", "k"}};
    OneFile files(native("etc/app.env"), "FROM_FILE=%KEEP%\nkeep=changed\n");
    const auto variables = make_environment(config, own, files);
    REQUIRE(variables);
    CHECK(*variables == Environment{{"Path", "sys;x"},
                                    {"KEEP", "changed"},
                                    {"FROM_FILE", "%KEEP%"},
                                    {"ONE", "%KEEP%"},
                                    {"TWO", "%KEEP%%THREE%"},
                                    {"THREE", "3"},
                                    {"SVCWRAP_NAME", "App"},
                                    {"SVCWRAP_CONFIG", k_file}});
    config.process.inherit_environment = false;
    config.process.environment.clear();
    CHECK(make_environment(config, own, files)->size() == 4);
}

TEST_CASE("A missing or wrong environment file is an error that names the setting or the line") {
    const auto config = parse_good(minimal("environment_file = 'app.env'\n"));
    OneFile other("elsewhere", "");
    const auto missing = make_environment(config, {}, other);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().kind == ErrorKind::not_found);
    CHECK(missing.error().message.starts_with("read process.environment_file: "));
    OneFile wrong(native("etc/app.env"), "A=1\nnonsense");
    CHECK(make_environment(config, {}, wrong).error().where == native("etc/app.env") + ":2");
}

TEST_CASE("A configuration file is read, and one that is missing or too large is an error") {
    OneFile good(k_file, minimal());
    CHECK(load_config(good, k_file)->service.name == "App");
    const auto missing = load_config(good, native("other.toml"));
    REQUIRE_FALSE(missing);
    REQUIRE(missing.error().size() == 1);
    CHECK(missing.error()[0].kind == ErrorKind::not_found);
    CHECK(missing.error()[0].message.starts_with("read the configuration: "));
    OneFile large(k_file, std::string(1'100'000, '#'));
    CHECK(load_config(large, k_file).error()[0].kind == ErrorKind::io_failed);
}
