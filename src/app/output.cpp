#include "app/output.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/exit_status.hpp"
#include "base/utf8.hpp"

namespace svcwrap::app {

using platform::StandardStream;

Json to_json(const Error& error) {
    return JsonObject{{"kind", name_of(error.kind)},
                      {"message", error.message},
                      {"os_code", error.os_code ? Json(*error.os_code) : Json()},
                      {"where", error.where},
                      {"remedy", error.remedy}};
}

Json to_json(const Failure& failure) {
    JsonArray all;
    for (const Error& error : failure.errors) all.push_back(to_json(error));
    return JsonObject{{"ok", false}, {"error", all.front()}, {"errors", all}};
}

namespace {

// An error in a file begins with its place, so that editors and terminals can jump there.
std::string line_of(const Error& error) {
    const std::string prefix = error.kind == ErrorKind::bad_config && !error.where.empty() ? "" : "svcwrap: ";
    return prefix + to_text(error) + "\n";
}

int print_failure(const AppParts& parts, const Failure& failure, bool json) {
    if (json) {
        parts.write(StandardStream::output, to_pretty_json_text(to_json(failure)) + "\n");
    } else {
        for (const Error& error : failure.errors) parts.write(StandardStream::error, line_of(error));
    }
    return exit_status_of(failure.errors.front().kind);
}

}  // namespace

int print(const AppParts& parts, const Outcome& outcome, bool json) {
    if (!outcome) return print_failure(parts, outcome.error(), json);
    if (outcome->is_printed) return outcome->exit_status;
    if (json) {
        parts.write(StandardStream::output, to_pretty_json_text(outcome->json) + "\n");
        return outcome->exit_status;
    }
    if (!outcome->text.empty()) parts.write(StandardStream::output, outcome->text);
    if (!outcome->warnings.empty()) parts.write(StandardStream::error, outcome->warnings);
    return outcome->exit_status;
}

std::string field(std::string_view label, std::string_view value) {
    constexpr std::size_t k_width = 16;
    if (value.empty()) return {};
    std::string line = "  " + std::string(label) + ":";
    line.append(line.size() < k_width ? k_width - line.size() : 1, ' ');
    return line + std::string(value) + "\n";
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], count_code_points(row[i]));
    }
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += row[i];
            if (i + 1 < row.size()) text.append(widths[i] - count_code_points(row[i]) + 2, ' ');
        }
        text += '\n';
    }
    return text;
}

Progress::Progress(const AppParts& parts, std::string doing, bool quiet)
    : parts_(parts),
      doing_(std::move(doing)),
      silent_(quiet || !parts.is_terminal(StandardStream::error)),
      begin_(parts.clock.now()),
      next_(begin_ + std::chrono::seconds(1)) {}

void Progress::tick() {
    const TimePoint now = parts_.clock.now();
    if (silent_ || now < next_) return;
    next_ = now + std::chrono::milliseconds(500);
    const auto waited = std::chrono::floor<std::chrono::seconds>(now - begin_);
    const std::string line = doing_ + " ... " + to_human(waited);
    const std::size_t width = count_code_points(line);
    // Spaces, not an escape sequence: older consoles print those.
    const std::string rest(width_ > width ? width_ - width : 0, ' ');
    parts_.write(StandardStream::error, "\r" + line + rest);
    width_ = width;
}

void Progress::clear() {
    if (width_ == 0) return;
    parts_.write(StandardStream::error, "\r" + std::string(width_, ' ') + "\r");
    width_ = 0;
}

}  // namespace svcwrap::app
