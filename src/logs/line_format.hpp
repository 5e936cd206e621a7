#pragma once
// How a line stands in a log file (README.md of this room describes the formats). One thread at a time.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "logs/json_members.hpp"
#include "logs/level.hpp"
#include "logs/line_splitter.hpp"
#include "logs/log_stream.hpp"
#include "logs/timestamp.hpp"

namespace svcwrap::logs {

// What the records of text and json call the two pipes of the child, and the wrapper itself.
inline constexpr std::string_view k_text_tags[] = {"out", "err"};
inline constexpr std::string_view k_text_note_tag = "svc";
inline constexpr std::string_view k_json_streams[] = {"stdout", "stderr"};
inline constexpr std::string_view k_json_note_stream = "svcwrap";
// Behind the tag of a part that the next record of the same tag continues.
inline constexpr char k_text_part_mark = '+';
// What lines of the child are taken for unless they say something else.
inline constexpr Level k_default_levels[] = {Level::info, Level::error};

// How far append_lines() goes.
struct LineLimits {
    std::size_t line = 0;  // a longer one is left to others, with all behind it
    std::size_t full = 0;  // the size from which on the buffer takes no other line
};
struct AppendedLines {
    std::size_t bytes = 0;  // of the text: whole lines from its front
    std::uint64_t invalid = 0;
};
// What stands between the messages of two records.
struct RecordJoint {
    static constexpr std::size_t k_padding = 32;
    std::string text;          // the end of a record, the head of the next, and padding that is never shown
    std::size_t end_size = 0;  // the end of a record
    std::size_t size = 0;      // without the padding; 0 = to be made anew
    WallTime moment{};
    Source source{};
};

class LineFormat {
public:
    LineFormat(Format format, UtcOffset offset, std::string service);

    void set_timestamps(Timestamps style) {
        style_ = style;
        joint_ = {};
    }
    void set_run(std::uint64_t run, std::uint32_t pid);

    // Appends the record of a piece. `is_first`: it begins its line. Returns false if its bytes are no UTF-8 where the
    // format needs that; the record holds them all the same.
    bool append(std::string& out, const Piece& piece, bool is_first, Source source, WallTime moment);
    // In text and json: appends the records of whole lines at the front of the text, each as append() makes it.
    AppendedLines append_lines(std::string& out, std::string_view text, const LineLimits& limits, Source source,
                               WallTime moment);
    // Appends a record of the wrapper's own.
    void append_note(std::string& out, std::string_view text, WallTime moment);

private:
    void append_text(std::string& out, const Piece& piece, Source source, WallTime moment);
    void append_text_head(std::string& out, Source source, bool ended, WallTime moment);
    bool append_json(std::string& out, const Piece& piece, bool is_first, Source source, WallTime moment);
    [[nodiscard]] bool append_merged(std::string& out, std::string_view line, Source source, WallTime moment);
    void append_head(std::string& out, std::string_view time, std::string_view level);
    template <bool is_json>
    AppendedLines append_scanned(std::string& out, std::string_view text, const LineLimits& limits, Source source,
                                 WallTime moment);
    void make_joint(Source source, WallTime moment);

    const Format format_;
    const std::string service_;
    TimestampCache timestamps_;
    Timestamps style_ = Timestamps::local;
    // Behind the level, up to the message: `,"service":"S","stream":"stdout","pid":1,"run":2,"message":`.
    std::array<std::string, 2> json_tails_;
    std::string json_note_tail_;
    RecordJoint joint_;
    std::vector<JsonMember> members_;
};

// Appends `"..."` with escapes, and says whether the text was well-formed UTF-8; what was not becomes U+FFFD.
bool append_json_text(std::string& out, std::string_view text);

[[nodiscard]] std::string to_base64(std::string_view bytes);
// Nothing if the text is no base64.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace svcwrap::logs
