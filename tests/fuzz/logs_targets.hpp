#pragma once
// What a fuzzer feeds to the logs. Each function takes any bytes, and ends the process where a promise is broken.
#include <cstddef>
#include <cstdint>

namespace svcwrap::logs::fuzz {

// Chunks to lines and back: the parts joined are the input.
void split_lines(const std::uint8_t* data, std::size_t size);
// A line through every format and back: what is read is what was written.
void format_lines(const std::uint8_t* data, std::size_t size);
// Any bytes as a file, plain and compressed, forwards and backwards: both ways give the same lines.
void read_files(const std::uint8_t* data, std::size_t size);
// A pattern and a text: a match lies within the text.
void match_pattern(const std::uint8_t* data, std::size_t size);

}  // namespace svcwrap::logs::fuzz
