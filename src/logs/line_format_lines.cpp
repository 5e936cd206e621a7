// Many lines at once: what LineFormat::append() makes of each, in large steps.
#include <algorithm>
#include <cstring>

#include "logs/line_format.hpp"
#include "logs/line_scan.hpp"

namespace svcwrap::logs {

namespace {

// Short copies are made in steps of so many bytes, and so may go beyond the end, on both sides.
constexpr std::size_t k_step = RecordJoint::k_padding;
// From here on memcpy() is faster.
constexpr std::size_t k_long_copy = 256;
// Behind a buffer that is just not full, for one more line of the default limit.
constexpr std::size_t k_room_behind = std::size_t{72} * 1024;

void copy_in_steps(char* to, const char* from, std::size_t size) {
    for (std::size_t i = 0; i < size; i += k_step) {
        std::memcpy(to + i, from + i, k_step);
    }
}

// `end`: how far can be read.
void copy(char* to, std::string_view text, const char* end) {
    if (text.size() <= k_long_copy && static_cast<std::size_t>(end - text.data()) >= text.size() + k_step) {
        copy_in_steps(to, text.data(), text.size());
    } else {
        std::memcpy(to, text.data(), text.size());
    }
}

// What of the line stands in its record.
template <bool is_json>
std::string_view message_of(const LineScan<is_json>& scan) {
    std::string_view message = scan.line();
    message.remove_suffix(is_json && message.ends_with('\r') ? 1 : 0);
    return message;
}

// Whether the message can be copied as it is.
template <bool is_json>
bool is_simple(const LineScan<is_json>& scan) {
    // The one JSON object that has nothing special in it is the empty one.
    const std::string_view message = message_of(scan);
    return !is_json || (!scan.is_special() && !message.ends_with('}') && !message.ends_with(' '));
}

// How much the records of one message take at most while they are being made.
std::size_t room_for(std::string_view message, const RecordJoint& joint) {
    return message.size() + joint.size * 2 + k_step * 2;
}

// Appends the records of simple lines, the one at hand first, until there is another one or the buffer is full. False
// if there are no more lines.
template <bool is_json>
bool append_simple_lines(std::string& out, LineScan<is_json>& all, std::string_view text, const RecordJoint& joint,
                         const LineLimits& limits) {
    LineScan<is_json> scan = all;  // a copy, so that the compiler need not fear that the bytes written change it
    const std::size_t before = out.size();
    const std::size_t head = joint.size - joint.end_size;
    bool has_line = true;
    const std::size_t expected = before + 2 * (text.size() - scan.position());
    out.reserve(std::max(std::min(expected, limits.full + k_room_behind), before + room_for(message_of(scan), joint)));
    out.resize_and_overwrite(out.capacity(), [&](char* data, std::size_t room) {
        copy_in_steps(data + before, joint.text.data() + joint.end_size, head);
        std::size_t size = before + head;
        do {
            const std::string_view message = message_of(scan);
            copy(data + size, message, text.data() + text.size());
            copy_in_steps(data + size + message.size(), joint.text.data(), joint.size);
            size += message.size() + joint.size;
            has_line = scan.next();
        } while (has_line && size < limits.full && scan.line().size() <= limits.line && is_simple(scan) &&
                 room - size >= room_for(message_of(scan), joint));
        return size - head;
    });
    all = scan;
    return has_line;
}

}  // namespace

AppendedLines LineFormat::append_lines(std::string& out, std::string_view text, const LineLimits& limits, Source source,
                                       WallTime moment) {
    make_joint(source, moment);
    return format_ == Format::json ? append_scanned<true>(out, text, limits, source, moment)
                                   : append_scanned<false>(out, text, limits, source, moment);
}

template <bool is_json>
AppendedLines LineFormat::append_scanned(std::string& out, std::string_view text, const LineLimits& limits,
                                         Source source, WallTime moment) {
    LineScan<is_json> scan(text);
    AppendedLines done;
    bool has_line = scan.next();
    while (has_line && scan.line().size() <= limits.line && out.size() < limits.full) {
        if (is_simple(scan)) {
            has_line = append_simple_lines(out, scan, text, joint_, limits);
        } else {
            done.invalid += append_json(out, {.text = scan.line()}, true, source, moment) ? 0 : 1;
            has_line = scan.next();
        }
    }
    done.bytes = scan.position();
    return done;
}

// The end of a record and the head of the next, in one.
void LineFormat::make_joint(Source source, WallTime moment) {
    if (joint_.size != 0 && joint_.moment == moment && joint_.source == source) {
        return;
    }
    joint_.moment = moment;
    joint_.source = source;
    std::string& text = joint_.text;
    const auto index = static_cast<std::size_t>(source);
    text = format_ == Format::json ? "\"}\n" : "\n";
    joint_.end_size = text.size();
    if (format_ == Format::json) {
        append_head(text, timestamps_.text(moment, style_), name_of(k_default_levels[index]));
        text.append(json_tails_[index]).append("\"");
    } else {
        append_text_head(text, source, true, moment);
    }
    joint_.size = text.size();
    text.append(k_step, '\0');
}

}  // namespace svcwrap::logs
