#include "config/findings.hpp"

#include <algorithm>

namespace svcwrap::config {
namespace {

// A name in the text may hold a line break; an error is one line.
std::string on_one_line(std::string text) {
    std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return text;
}

}  // namespace

void Findings::add(Place place, std::string message, std::string remedy) {
    auto where = file_ + ':' + std::to_string(place.line) + ':' + std::to_string(place.column);
    found_.emplace_back(place, Error{.kind = ErrorKind::bad_config,
                                     .message = on_one_line(std::move(message)),
                                     .os_code = {},
                                     .where = std::move(where),
                                     .remedy = on_one_line(std::move(remedy))});
}

std::vector<Error> Findings::take() {
    std::ranges::stable_sort(found_, {}, [](const auto& found) { return found.first; });
    std::vector<Error> errors;
    for (auto& [place, error] : found_) errors.push_back(std::move(error));
    found_.clear();
    return errors;
}

}  // namespace svcwrap::config
