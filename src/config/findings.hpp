#pragma once
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "config/toml_tree.hpp"

namespace svcwrap::config {

// Collects what is wrong with one text.
class Findings {
public:
    explicit Findings(std::string file) : file_(std::move(file)) {}

    void add(Place place, std::string message, std::string remedy = {});
    [[nodiscard]] std::size_t size() const { return found_.size(); }
    // All errors in the order of the text, each with file:line:column.
    [[nodiscard]] std::vector<Error> take();

private:
    std::string file_;
    std::vector<std::pair<Place, Error>> found_;
};

}  // namespace svcwrap::config
