#include "logs/line_log_stream.hpp"

#include <algorithm>
#include <utility>

namespace svcwrap::logs {

namespace {

// So many bytes of records go to the files at once, and are made of so many bytes of lines: together less than a
// processor's own cache, and enough for few and even writes.
constexpr std::size_t k_hand_over_size = std::size_t{256} * 1024;
constexpr std::size_t k_best_write_size = std::size_t{192} * 1024;
constexpr std::uint64_t k_least_line_limit = 256;
constexpr std::uint64_t k_most_line_limit = (1_MiB).bytes;

std::span<const std::byte> as_bytes(std::string_view text) {
    return std::as_bytes(std::span(text));
}

UtcOffset offset_of(platform::Clock& clock) {
    return [&clock](WallTime moment) { return clock.utc_offset(moment); };
}

FileLogStream::NoteFormat note_format(std::shared_ptr<LineFormat> notes, platform::Clock& clock) {
    return [notes = std::move(notes), &clock](std::string_view text) {
        std::string note;
        notes->append_note(note, text, clock.wall_now());
        return note;
    };
}

}  // namespace

std::unique_ptr<LogStream> open_log_stream(const std::string& name, const Options& options, StreamContext context) {
    return std::make_unique<LineLogStream>(name, options, context);
}

LineLogStream::LineLogStream(const std::string& name, const Options& options, const StreamContext& context)
    : context_(context),
      format_(options.format),
      encoding_(options.format == Format::raw ? Encoding::utf8 : options.encoding),
      lines_(options.format, offset_of(context.clock), context.identity.service),
      notes_(std::make_shared<LineFormat>(options.format, offset_of(context.clock), context.identity.service)),
      files_(name, options, context, note_format(notes_, context.clock)) {
    apply(options);
}

LineLogStream::~LineLogStream() {
    (void)finish();                    // what cannot be written now is counted lost
    limiter_.set_limit(std::nullopt);  // what it left out is told now, before its time is over
    report_suppressed();
    (void)hand_over();
}

void LineLogStream::apply(const Options& options) {
    lines_.set_timestamps(options.timestamps);
    notes_->set_timestamps(options.timestamps);
    partial_after_ = options.partial_after;
    limiter_.set_limit(options.rate_limit);
    for (Pipe& pipe : pipes_) {
        pipe.splitter.set_limit(
            static_cast<std::size_t>(std::clamp(options.line_limit.bytes, k_least_line_limit, k_most_line_limit)));
    }
    redactions_.clear();
    for (const std::string& pattern : options.redact) {
        if (auto regex = LinearRegex::compile(pattern); regex) {
            redactions_.push_back(*std::move(regex));
        } else if (context_.complain) {
            context_.complain({.subject = Subject::settings,
                               .text = "a pattern of logs.redact is left out: " + regex.error().message});
        }
    }
}

void LineLogStream::configure(const Options& options) {
    files_.configure(options);
    const std::lock_guard lock(new_options_mutex_);
    new_options_ = options;
    has_new_options_ = true;
}

void LineLogStream::take_new_options() {
    if (!has_new_options_) {
        return;
    }
    if (format_ == Format::raw) {
        (void)finish();  // bytes that are kept for the end of a line must not be overtaken by whole chunks
    }
    const std::lock_guard lock(new_options_mutex_);
    apply(new_options_);
    has_new_options_ = false;
}

bool LineLogStream::passes_chunks_on() const {
    return format_ == Format::raw && !limiter_.is_on() && redactions_.empty();
}

// ---- writing ----

Status LineLogStream::write(std::span<const std::byte> bytes, Source source) {
    if (bytes.empty()) {
        tick();
        return {};
    }
    counts_.bytes_in += bytes.size();
    take_new_options();
    if (passes_chunks_on() && !quiet_since()) {
        return files_.write(bytes, source);
    }
    return write_lines({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, source);
}

std::size_t LineLogStream::best_write_size() const {
    return passes_chunks_on() ? files_.best_write_size() : k_best_write_size;
}

Status LineLogStream::write_lines(std::string_view text, Source source) {
    now_ = context_.clock.now();
    wall_now_ = context_.clock.wall_now();
    report_suppressed();
    Pipe& pipe = pipes_[static_cast<std::size_t>(source)];
    if (encoding_ == Encoding::utf16) {
        decoded_.clear();
        pipe.decoder.push(decoded_, text);
        text = decoded_;
    }
    if (takes_lines_together()) {
        push_lines(text, source);
    } else {
        push(text, source);
    }
    pipe.quiet_since = pipe.splitter.wants_flush() ? std::optional(now_) : std::nullopt;
    return hand_over();
}

// Where nothing is asked of single lines.
bool LineLogStream::takes_lines_together() const {
    const bool converts = context_.to_utf8 && (encoding_ == Encoding::oem || encoding_ == Encoding::ansi);
    return format_ != Format::raw && !limiter_.is_on() && redactions_.empty() && !converts;
}

void LineLogStream::push(std::string_view text, Source source) {
    pipes_[static_cast<std::size_t>(source)].splitter.push(text, [&](const Piece& piece) { add_piece(piece, source); });
}

// What is no whole line, or too long, goes through the splitter.
void LineLogStream::push_lines(std::string_view text, Source source) {
    const LineSplitter& splitter = pipes_[static_cast<std::size_t>(source)].splitter;
    while (!text.empty()) {
        std::size_t taken = 0;
        if (splitter.is_between_lines()) {
            const LineLimits limits{.line = splitter.limit(), .full = k_hand_over_size};
            const AppendedLines lines = lines_.append_lines(out_, text, limits, source, wall_now_);
            counts_.invalid_lines += lines.invalid;
            taken = lines.bytes;
        }
        if (taken == 0) {
            taken = std::min(text.find('\n'), text.size() - 1) + 1;
            push(text.substr(0, taken), source);
        }
        hand_over_if_full(source);
        text.remove_prefix(taken);
    }
}

void LineLogStream::hand_over_if_full(Source source) {
    if (out_.size() >= k_hand_over_size) {
        keep_first_error(files_.write(as_bytes(out_), source));
        out_.clear();
    }
}

void LineLogStream::add_piece(const Piece& piece, Source source) {
    Pipe& pipe = pipes_[static_cast<std::size_t>(source)];
    const bool is_first = !std::exchange(pipe.in_line, !piece.ended);
    if (is_first) {
        pipe.is_suppressed = !limiter_.admit(now_, wall_now_);
        counts_.suppressed_lines += pipe.is_suppressed ? 1 : 0;
        counts_.split_lines += piece.ended ? 0 : 1;
    }
    if (!pipe.is_suppressed) {
        add_record(piece, source, is_first);
    }
}

void LineLogStream::add_record(const Piece& piece, Source source, bool is_first) {
    Piece record = piece;
    if (context_.to_utf8 && (encoding_ == Encoding::oem || encoding_ == Encoding::ansi)) {
        converted_ = context_.to_utf8(piece.text);
        record.text = converted_;
    }
    if (!redactions_.empty()) {
        record.text = redacted(record.text);
    }
    is_in_line_ = !piece.newline;
    if (!lines_.append(out_, record, is_first, source, wall_now_)) {
        ++counts_.invalid_lines;
    }
    hand_over_if_full(source);
}

// The text with everything that a pattern matches replaced, valid until the next call.
std::string_view LineLogStream::redacted(std::string_view text) {
    redacted_ = text;
    for (const LinearRegex& pattern : redactions_) {
        counts_.redactions += redact(redacted_, pattern);
    }
    return redacted_;
}

void LineLogStream::report_suppressed() {
    if (const auto suppressed = limiter_.take_over(now_); suppressed) {
        out_ += format_ == Format::raw && std::exchange(is_in_line_, false) ? "\n" : "";
        lines_.append_note(out_,
                           std::to_string(suppressed->lines) + " lines suppressed by the rate limit between " +
                               to_iso8601(suppressed->since) + " and " + to_iso8601(suppressed->until),
                           wall_now_);
    }
}

Status LineLogStream::hand_over() {
    if (!out_.empty()) {
        keep_first_error(files_.write(as_bytes(out_), Source::output));
        out_.clear();
    }
    return std::exchange(handed_over_, {});
}

void LineLogStream::keep_first_error(const Status& status) {
    if (handed_over_ && !status) {
        handed_over_ = status;
    }
}

// ---- ends of lines that do not come ----

void LineLogStream::begin_run(std::uint64_t run, std::uint32_t pid) {
    (void)finish();
    files_.begin_line();
    lines_.set_run(run, pid);
}

Status LineLogStream::finish() {
    now_ = context_.clock.now();
    wall_now_ = context_.clock.wall_now();
    for (const Source source : {Source::output, Source::error}) {
        Pipe& pipe = pipes_[static_cast<std::size_t>(source)];
        const auto sink = [&](const Piece& piece) { add_piece(piece, source); };
        decoded_.clear();
        pipe.decoder.finish(decoded_);
        pipe.splitter.push(decoded_, sink);
        pipe.splitter.finish(sink);
        pipe.quiet_since.reset();
    }
    report_suppressed();
    const Status handed_over = hand_over();
    (void)files_.finish();
    return handed_over;
}

void LineLogStream::tick() {
    take_new_options();
    now_ = context_.clock.now();
    wall_now_ = context_.clock.wall_now();
    report_suppressed();
    flush_quiet();
    (void)hand_over();
    files_.tick();
}

// Of the pipe that has been quiet for longest.
std::optional<TimePoint> LineLogStream::quiet_since() const {
    std::optional<TimePoint> since;
    for (const Pipe& pipe : pipes_) {
        since = pipe.quiet_since && (!since || *pipe.quiet_since < *since) ? pipe.quiet_since : since;
    }
    return since;
}

void LineLogStream::flush_quiet() {
    for (const Source source : {Source::output, Source::error}) {
        Pipe& pipe = pipes_[static_cast<std::size_t>(source)];
        if (!pipe.quiet_since || partial_after_ == k_forever || now_ < *pipe.quiet_since + partial_after_) {
            continue;
        }
        pipe.quiet_since.reset();
        pipe.splitter.flush([&](const Piece& piece) {
            ++counts_.partial_lines;
            add_piece(piece, source);
        });
    }
}

std::optional<TimePoint> LineLogStream::next_deadline() const {
    std::optional<TimePoint> next = files_.next_deadline();
    const auto want = [&](TimePoint time) { next = next ? std::min(*next, time) : time; };
    if (const auto since = quiet_since(); since && partial_after_ != k_forever) {
        want(*since + partial_after_);
    }
    if (const auto report = limiter_.next_report(); report) {
        want(*report);
    }
    return next;
}

StreamCounters LineLogStream::counters() const {
    StreamCounters all = files_.counters();
    all.bytes_in = counts_.bytes_in;
    all.suppressed_lines = counts_.suppressed_lines;
    all.redactions = counts_.redactions;
    all.split_lines = counts_.split_lines;
    all.partial_lines = counts_.partial_lines;
    all.invalid_lines = counts_.invalid_lines;
    return all;
}

}  // namespace svcwrap::logs
