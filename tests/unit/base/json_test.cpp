#include "base/json.hpp"

#include <catch_amalgamated.hpp>
#include <cmath>
#include <limits>
#include <random>

using namespace svcwrap;

namespace {

bool same(const Json& a, const Json& b) {
    return to_json_text(a) == to_json_text(b) && a.value().index() == b.value().index();
}

std::string random_text(std::mt19937_64& random) {
    std::string text;
    for (auto i = random() % 6; i != 0; --i) {
        static const std::vector<std::string> pieces{"\"",   "\\",      "/",        "\n",       std::string(1, '\0'),
                                                     "\x1F", "\x7F",    "é",        "日",       "\xF0\x9F\x98\x80",
                                                     "a",    "\\u0041", "\r\t\b\f", "</script>"};
        text += pieces[random() % pieces.size()];
    }
    return text;
}

Json random_value(std::mt19937_64& random, int depth) {
    switch (random() % (depth > 3 ? 5 : 7)) {
        case 0:
            return {};
        case 1:
            return random() % 2 == 0;
        case 2:
            return static_cast<std::int64_t>(random());
        case 3:
            return std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 400) - 200);
        case 4:
            return random_text(random);
        case 5: {
            JsonArray items(random() % 4);
            for (auto& item : items) item = random_value(random, depth + 1);
            return items;
        }
        default: {
            JsonObject members;
            for (auto i = random() % 4; i != 0; --i)
                members.emplace_back(random_text(random), random_value(random, depth + 1));
            return members;
        }
    }
}

}  // namespace

TEST_CASE("Any JSON value comes back from its text, on one line and indented") {
    std::mt19937_64 random(11);
    for (int round = 0; round < 5000; ++round) {
        const auto value = random_value(random, 0);
        const auto text = to_json_text(value);
        INFO(text);
        REQUIRE_FALSE(text.contains('\n'));
        for (const auto& written : {text, to_pretty_json_text(value)}) {
            const auto read = parse_json(written);
            REQUIRE(read);
            REQUIRE(same(*read, value));
        }
    }
}

TEST_CASE("JSON is written with its keys in order and its strings escaped") {
    const Json value =
        JsonObject{{"z", 1}, {"a", JsonArray{true, nullptr, 1.0, "q\"\\\n\x01\x7F"}}, {"e", JsonObject{}}};
    CHECK(to_json_text(value) == "{\"z\":1,\"a\":[true,null,1.0,\"q\\\"\\\\\\n\\u0001\x7F\"],\"e\":{}}");
    CHECK(to_pretty_json_text(JsonObject{{"a", JsonArray{1, 2}}, {"b", JsonArray{}}}) ==
          "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": []\n}");
    CHECK(to_json_text("bad \xFF byte") == "\"bad \xEF\xBF\xBD byte\"");
    CHECK(to_json_text(std::numeric_limits<double>::quiet_NaN()) == "null");
    CHECK(to_json_text(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
}

TEST_CASE("JSON text is read as RFC 8259 says") {
    struct Row {
        std::string text;
        Json value;
    };
    const auto row = GENERATE(values<Row>({
        {" \t\r\n1 ", 1},
        {"-0", 0},
        {"1e2", 100.0},
        {"1E-2", 0.01},
        {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
        {"9223372036854775808", 9223372036854775808.0},
        {R"("\u00e9\ud83d\ude00\/\b")", "é\xF0\x9F\x98\x80/\b"},
        {R"("\u0000")", std::string(1, '\0')},
        {"[ ]", JsonArray{}},
        {"{ }", JsonObject{}},
        {R"({"a":{"b":[null]}})", JsonObject{{"a", JsonObject{{"b", JsonArray{nullptr}}}}}},
    }));
    INFO(row.text);
    const auto value = parse_json(row.text);
    REQUIRE(value);
    CHECK(same(*value, row.value));
}

TEST_CASE("What is not JSON is refused with the place where it stops to be") {
    struct Row {
        std::string text;
        std::string where;
    };
    const auto row = GENERATE(values<Row>({
        {"", "byte 0"},
        {"nul", "byte 0"},
        {"tru e", "byte 0"},
        {"1 2", "byte 2"},
        {"01", "byte 1"},
        {"1.", "byte 2"},
        {".5", "byte 0"},
        {"+1", "byte 0"},
        {"-", "byte 1"},
        {"1e", "byte 2"},
        {"1e999", "byte 5"},
        {"NaN", "byte 0"},
        {"[1,]", "byte 3"},
        {"[1 2]", "byte 3"},
        {"[", "byte 1"},
        {"{\"a\"}", "byte 4"},
        {"{a:1}", "byte 1"},
        {"{\"a\":1,}", "byte 7"},
        {"{\"a\":}", "byte 5"},
        {"\"abc", "byte 4"},
        {"\"\n\"", "byte 1"},
        {"\"\\x\"", "byte 2"},
        {"\"\\u12\"", "byte 3"},
        {"\"\\ud800\"", "byte 7"},
        {"\"\\ud800\\n\"", ""},
        {"\"\\udc00\\ud800\"", ""},
        {"'a'", "byte 0"},
        {"[1]]", "byte 3"},
        {"// x\n1", "byte 0"},
        {"\"\xFF\"", "UTF-8"},
        {std::string(1, '\0'), ""},
        {"\xEF\xBB\xBF"
         "1",
         "byte 0"},
    }));
    INFO(row.text);
    const auto value = parse_json(row.text);
    REQUIRE_FALSE(value);
    CHECK(value.error().kind == ErrorKind::io_failed);
    CHECK(value.error().message.contains(row.where));
}

TEST_CASE("JSON may be nested 64 deep and no deeper") {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    CHECK(parse_json(nested(65)));
    CHECK_FALSE(parse_json(nested(66)));
    CHECK_FALSE(parse_json(std::string(1'000'000, '[')));
    CHECK_FALSE(parse_json(std::string(1'000'000, '{')));
}

TEST_CASE("A JSON value answers for its own type and falls back for others") {
    const Json value = JsonObject{{"text", "x"}, {"number", 7}, {"flag", true}, {"none", nullptr}};
    CHECK(value.find("text")->as_string("y") == "x");
    CHECK(value.find("number")->as_int(1) == 7);
    CHECK(value.find("flag")->as_bool());
    CHECK(value.find("none")->is_null());
    CHECK(value.find("missing") == nullptr);
    CHECK(Json(3).find("x") == nullptr);
    CHECK(value.find("number")->as_string("y") == "y");
    CHECK(value.find("text")->as_int(5) == 5);
    CHECK(value.find("text")->as_bool(true));
}
