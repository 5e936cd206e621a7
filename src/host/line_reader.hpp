#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace svcwrap::host {

// Cuts bytes into lines and tells the first of them; memory is bounded whatever comes. For one thread.
class LineReader {
public:
    LineReader(std::size_t most_lines, std::size_t line_bytes, std::function<void(std::string)> line);
    void push(std::string_view bytes);
    // The unfinished last line, and how many lines were left out.
    void finish();

private:
    void end_line();

    const std::size_t most_lines_;
    const std::size_t line_bytes_;
    const std::function<void(std::string)> line_;
    std::string partial_;
    bool has_partial_ = false;
    std::size_t lines_ = 0;
};

}  // namespace svcwrap::host
