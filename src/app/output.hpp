#pragma once
// How answers, errors and waiting look.
#include <string>
#include <string_view>
#include <vector>

#include "app/parts.hpp"
#include "base/time.hpp"

namespace svcwrap::app {

// {"kind", "message", "os_code" or null, "where", "remedy"}.
[[nodiscard]] Json to_json(const Error& error);
// {"ok": false, "error": the first error, "errors": all of them}.
[[nodiscard]] Json to_json(const Failure& failure);

// Prints an answer or a failure and returns the exit status. JSON goes to standard output either way.
[[nodiscard]] int print(const AppParts& parts, const Outcome& outcome, bool json);

// "  label:       value\n"; nothing for an empty value.
[[nodiscard]] std::string field(std::string_view label, std::string_view value);
// Rows as aligned columns; the first row is the head. Counts code points.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

// A line on a terminal's standard error that says what is being waited for and for how long. Elsewhere it is silent.
class Progress {
public:
    Progress(const AppParts& parts, std::string doing, bool quiet);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress() { clear(); }
    // To be called often; writes twice a second at most.
    void tick();
    void clear();

private:
    const AppParts& parts_;
    std::string doing_;
    bool silent_;
    TimePoint begin_;
    TimePoint next_;
    std::size_t width_ = 0;  // of the line that stands there now
};

}  // namespace svcwrap::app
