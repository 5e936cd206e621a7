#pragma once
// What a fuzzer feeds to the rooms. Each function takes any bytes, and ends the process where a promise is broken.
#include <cstddef>
#include <cstdint>

namespace svcwrap::fuzz {

using Target = void (*)(const std::uint8_t* data, std::size_t size);

// ---- base ----
// JSON text to a value and back: what was written is read as the same.
void parse_json(const std::uint8_t* data, std::size_t size);
// Arguments, cut at NULs, to a command line and back; and any command line split.
void split_arguments(const std::uint8_t* data, std::size_t size);
// Durations, sizes, times of day and moments: what to_text() says is read as the same.
void parse_quantities(const std::uint8_t* data, std::size_t size);
// Paths of both styles, UTF-8 to UTF-16 and back, text for a terminal.
void clean_text(const std::uint8_t* data, std::size_t size);

// ---- guard, platform ----
// A security descriptor as Windows hands it out, read and judged.
void judge_descriptor(const std::uint8_t* data, std::size_t size);

// ---- logs ----
// Chunks to lines and back: the parts joined are the input.
void split_lines(const std::uint8_t* data, std::size_t size);
// A line through every format and back: what is read is what was written.
void format_lines(const std::uint8_t* data, std::size_t size);
// Any bytes as a file, plain and compressed, forwards and backwards: both ways give the same lines.
void read_files(const std::uint8_t* data, std::size_t size);
// A pattern and a text, cut at a NUL: a match lies within the text, and what is found once is found again at its place.
void match_pattern(const std::uint8_t* data, std::size_t size);
// UTF-16 in chunks gives what it gives at once.
void decode_utf16(const std::uint8_t* data, std::size_t size);
// Names of files: one that is taken for a stream's own is one that it would have written.
void parse_file_names(const std::uint8_t* data, std::size_t size);

// ---- config ----
// TOML text to a configuration: every error has its place, and what is read is the same when it is read again.
void parse_config(const std::uint8_t* data, std::size_t size);
// An edit of one setting changes that one and no other.
void edit_config(const std::uint8_t* data, std::size_t size);
// Environment files, %VARIABLES% and exit codes.
void parse_config_values(const std::uint8_t* data, std::size_t size);

// ---- host ----
// What a wrapper is asked and answers, its state file and its history: what is read is written as the same.
void read_messages(const std::uint8_t* data, std::size_t size);

// ---- app ----
// Moments as people write them, and zones whose clocks are changed.
void parse_moments(const std::uint8_t* data, std::size_t size);

}  // namespace svcwrap::fuzz
