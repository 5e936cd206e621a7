#include "host/journal.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>

#include <chrono>
#include <format>
#include <mutex>
#include <span>
#include <utility>

#include "base/path.hpp"
#include "base/utf8.hpp"
#include "host/worker.hpp"
#include "logs/log_stream.hpp"

namespace svcwrap::host {
namespace {

constexpr std::size_t k_waiting_lines = 4096;

// spdlog's end in our own rotating file: spdlog's rotating sink truncates its file when a reader hinders the rename.
class StreamSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit StreamSink(logs::LogStream& stream) : stream_(stream) {}

protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        // The only failure is the one that close() asked for.
        (void)stream_.write(std::as_bytes(std::span(line.data(), line.size())));
    }
    void flush_() override {}

private:
    logs::LogStream& stream_;
};

spdlog::level::level_enum level_of(Severity severity) {
    switch (severity) {
        case Severity::warning:
            return spdlog::level::warn;
        case Severity::error:
            return spdlog::level::err;
        case Severity::info:
            break;
    }
    return spdlog::level::info;
}

logs::Options journal_options(const std::string& path) {
    logs::Options options;
    options.directory = parent_path(path);
    options.rotate.max_size = 5_MiB;
    options.keep.files = 3;
    options.keep.total_size = 20_MiB;
    return options;
}

}  // namespace

std::string escape_controls(std::string_view text) {
    std::string out;
    for (const char c : replace_invalid_utf8(text)) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (byte < 0x20 || byte == 0x7F) {
            out += std::format("\\x{:02X}", byte);
        } else {
            out += c;
        }
    }
    return out;
}

// Everything that a writing task touches; kept alive by the task, should the disk hang for ever.
struct FileState {
    platform::FileSystem& files;
    platform::Clock& clock;
    const std::string path;
    std::unique_ptr<logs::LogStream> stream;
    std::shared_ptr<spdlog::logger> logger;

    void open() {
        if (logger) return;
        stream = logs::open_log_stream(file_stem(path), journal_options(path),
                                       {.files = files, .clock = clock, .complain = {}});
        logger = std::make_shared<spdlog::logger>("journal", std::make_shared<StreamSink>(*stream));
        logger->set_formatter(std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%eZ %-7l %v",
                                                                          spdlog::pattern_time_type::utc, "\n"));
    }
};

class Journal::File {
public:
    File(platform::FileSystem& files, platform::Clock& clock, const std::string& path)
        : worker_(k_waiting_lines), state_(std::make_shared<FileState>(files, clock, path)) {
        worker_.post([state = state_] { state->open(); });
    }

    void write(Severity severity, std::string line) {
        const auto now = std::chrono::system_clock::now();
        worker_.post([state = state_, severity, now, line = std::move(line)] {
            state->open();
            state->logger->log(now, spdlog::source_loc{}, level_of(severity), line);
        });
    }

    // The file is closed with it, unless it hangs.
    void close(Duration patience) {
        (void)worker_.stop(patience);
        state_.reset();
    }

private:
    Worker worker_;
    std::shared_ptr<FileState> state_;
};

Journal::Journal(platform::FileSystem& files, platform::Clock& clock, const std::string& path,
                 std::function<void(std::string_view)> announce)
    : file_(path.empty() ? nullptr : std::make_unique<File>(files, clock, path)), announce_(std::move(announce)) {}

Journal::~Journal() = default;

void Journal::write(Severity severity, std::string_view text) {
    std::string line = escape_controls(text);
    if (announce_) announce_(line);
    if (file_) file_->write(severity, std::move(line));
}

void Journal::close(Duration patience) {
    if (file_) file_->close(patience);
}

}  // namespace svcwrap::host
