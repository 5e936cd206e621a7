#pragma once
// JSON text: a writer that keeps the order of keys, and a reader for what svcwrap itself wrote.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.hpp"

namespace svcwrap {

class Json;
using JsonArray = std::vector<Json>;
using JsonObject = std::vector<std::pair<std::string, Json>>;  // in the order of insertion

// A JSON value. Numbers are 64-bit integers or doubles. Strings are UTF-8; ill-formed bytes are written as U+FFFD.
class Json {
public:
    using Value = std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, JsonArray, JsonObject>;

    Json() : value_(nullptr) {}
    Json(std::nullptr_t) : value_(nullptr) {}
    Json(bool value) : value_(value) {}
    Json(int value) : value_(std::int64_t{value}) {}
    Json(std::int64_t value) : value_(value) {}
    Json(std::uint32_t value) : value_(std::int64_t{value}) {}
    Json(std::uint64_t value) : value_(static_cast<std::int64_t>(value)) {}
    Json(double value) : value_(value) {}
    Json(const char* value) : value_(std::string(value)) {}
    Json(std::string_view value) : value_(std::string(value)) {}
    Json(std::string value) : value_(std::move(value)) {}
    Json(JsonArray value) : value_(std::move(value)) {}
    Json(JsonObject value) : value_(std::move(value)) {}

    [[nodiscard]] const Value& value() const { return value_; }
    [[nodiscard]] bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
    // The member of that name, or null if this is no object or has none.
    [[nodiscard]] const Json* find(std::string_view key) const;
    // The value as that type, or the fallback where it is of another.
    [[nodiscard]] std::string as_string(std::string_view fallback = {}) const;
    [[nodiscard]] std::int64_t as_int(std::int64_t fallback = 0) const;
    [[nodiscard]] bool as_bool(bool fallback = false) const;

private:
    Value value_;
};

// Text of a value: one line, or indented by two spaces for people.
[[nodiscard]] std::string to_json_text(const Json& value);
[[nodiscard]] std::string to_pretty_json_text(const Json& value);
// A quoted, escaped JSON string appended to `out`.
void append_json_string(std::string& out, std::string_view text);

// Strict RFC 8259; depth at most 64. Errors: ErrorKind::io_failed with the byte offset.
[[nodiscard]] Result<Json> parse_json(std::string_view text);

}  // namespace svcwrap
