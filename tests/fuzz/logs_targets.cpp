#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/demand.hpp"
#include "fuzz/targets.hpp"
#include "logs/line_format.hpp"
#include "logs/line_splitter.hpp"
#include "logs/log_record.hpp"
#include "logs/reader_files.hpp"
#include "logs/rotated_name.hpp"
#include "logs/utf16_decoder.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_file_system.hpp"

namespace svcwrap::fuzz {

using namespace logs;

namespace {

std::vector<std::string> forwards(ByteSource source) {
    ForwardLines lines(std::move(source));
    std::vector<std::string> all;
    for (auto line = lines.next(); line && *line; line = lines.next()) {
        all.emplace_back(**line);
    }
    return all;
}

}  // namespace

void split_lines(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return;
    }
    LineSplitter splitter(std::size_t{1} + data[0]);
    const std::size_t chunk = std::size_t{1} + data[1];
    const std::string_view text = text_of(data + 2, size - 2);
    std::string joined;
    const auto sink = [&](const Piece& piece) {
        demand(!piece.text.contains('\n'));
        joined.append(piece.text).append(piece.newline ? "\n" : "");
    };
    for (std::size_t start = 0; start < text.size(); start += chunk) {
        splitter.push(text.substr(start, chunk), sink);
        if (start % 3 == 0) {
            splitter.flush(sink);
            demand(!splitter.wants_flush());
        }
    }
    splitter.finish(sink);
    demand(joined == text);
}

void format_lines(const std::uint8_t* data, std::size_t size) {
    std::string line(text_of(data, size));
    std::erase(line, '\n');
    for (const Format format : {Format::text, Format::json}) {
        LineFormat lines(format, [](WallTime) { return Duration::zero(); }, "fuzz");
        std::string out;
        (void)lines.append(out, {.text = line, .ended = true, .newline = false}, true, Source::error,
                           testing::FakeClock::k_start);
        demand(std::ranges::count(out, '\n') == 1 && out.ends_with('\n'));
        const LogRecord record = parse_record(std::string_view(out).substr(0, out.size() - 1), format);
        demand(record.stream == "stderr" && record.time.has_value());
        // A line that is an object of its own says its message itself.
        std::vector<JsonMember> members;
        demand(record.message == line || (format == Format::json && split_json_object(line, members)));
    }
}

void read_files(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = text_of(data, size);
    testing::FakeClock clock;
    testing::FakeFileSystem files(clock);
    files.put("/logs/plain", text);
    const std::vector<std::string> plain = forwards(ByteSource(files.open_read("/logs/plain").value(), size));
    auto file = files.open_read("/logs/plain").value();
    BackwardLines backwards(*file, size);
    std::vector<std::string> reversed;
    for (auto line = backwards.next(); line && *line; line = backwards.next()) {
        reversed.push_back(**line);
    }
    std::ranges::reverse(reversed);
    demand(plain == reversed);
    // As a gzip file it is hardly ever sound, and must do no harm.
    (void)forwards(ByteSource(std::make_unique<GzipReader>(files.open_read("/logs/plain").value())));
    auto from = files.open_read("/logs/plain").value();
    auto to = files.open_append("/logs/zipped").value();
    demand(gzip_into(*from, *to, {}).has_value());
    demand(plain == forwards(ByteSource(std::make_unique<GzipReader>(files.open_read("/logs/zipped").value()))));
    for (const std::string& line : plain) {
        (void)parse_record(line, Format::text);
        (void)parse_record(line, Format::json);
    }
}

void match_pattern(const std::uint8_t* data, std::size_t size) {
    std::string_view text = text_of(data, size);
    const auto regex = LinearRegex::compile(take_part(text));
    if (!regex) {
        demand(regex.error().kind == ErrorKind::usage);
        return;
    }
    const auto match = regex->find(text);
    if (!match) {
        return;
    }
    demand(match->start <= text.size() && match->size <= text.size() - match->start);
    const auto again = regex->find(text, match->start);
    demand(again && again->start == match->start && again->size == match->size);
}

void decode_utf16(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return;
    }
    const std::size_t chunk = std::size_t{1} + data[0] % 7;
    const std::string_view bytes = text_of(data + 1, size - 1);
    Utf16Decoder at_once;
    std::string whole;
    at_once.push(whole, bytes);
    at_once.finish(whole);
    Utf16Decoder in_chunks;
    std::string joined;
    for (std::size_t start = 0; start < bytes.size(); start += chunk) {
        in_chunks.push(joined, bytes.substr(start, chunk));
        demand(is_valid_utf8(joined));
    }
    in_chunks.finish(joined);
    demand(whole == joined);
}

void parse_file_names(const std::uint8_t* data, std::size_t size) {
    std::string_view name = text_of(data, size);
    const std::string_view stream = take_part(name);
    const auto parts = parse_any_rotated_name(stream, name);
    const auto moment = parse_rotated_name(stream, name);
    demand(moment.has_value() == (parts && parts->state == FileState::plain));
    if (!parts) {
        return;
    }
    std::string written = rotated_name(stream, parts->moment);
    if (parts->state != FileState::plain) {
        written += k_compressed_extension;
    }
    if (parts->state == FileState::unfinished) {
        written += k_unfinished_extension;
    }
    demand(written == name);
}

}  // namespace svcwrap::fuzz
