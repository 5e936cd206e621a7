#pragma once
// What the logs have to tell their owner about themselves.
#include <cstdint>
#include <functional>
#include <string>

namespace svcwrap::logs {

enum class Subject : std::uint8_t {
    writing,      // the log can't be written, or output is dropped
    rotation,     // put off
    retention,    // old files can't be removed
    sync,         // what logs.sync promises can't be kept
    compression,  // rotated files can't be compressed
    disk,         // the volume is above a mark
    file,         // the current file was taken away; nothing that lasts
    settings,     // a pattern of logs.redact; nothing that lasts
    loss,         // output that will never be in the log; nothing that lasts
};
inline constexpr std::size_t k_subject_count = 9;

struct Report {
    Subject subject{};
    bool lasts = false;  // trouble that goes on until the next report of this subject
    std::string text;

    // For those who only want to know the words.
    operator std::string() const { return text; }  // NOLINT(google-explicit-constructor)
};
using Complain = std::function<void(Report)>;

}  // namespace svcwrap::logs
