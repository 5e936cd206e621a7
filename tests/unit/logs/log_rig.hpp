#pragma once
// A log stream on fakes, and what can be asked of its files.
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.hpp"
#include "logs/log_stream.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_file_system.hpp"

namespace svcwrap::logs {

inline std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

// The bytes of the text in UTF-16, little-endian.
inline std::string as_utf16_bytes(std::string_view text) {
    std::string bytes;
    for (const char16_t unit : to_utf16(text)) {
        bytes += static_cast<char>(unit & 0xFF);
        bytes += static_cast<char>(unit >> 8);
    }
    return bytes;
}

struct LogRig {
    testing::FakeClock clock;
    testing::FakeFileSystem files{clock};
    Options options{.directory = "/logs",
                    .standard_output = OutputTarget::file,
                    .standard_error = ErrorTarget::merge,
                    .rotate = {},
                    .keep = {.files = 1000, .age = k_forever, .total_size = {}, .delay_compress = false},
                    .disk = {.warn_above = 0, .compress_above = 0}};
    std::vector<std::string> complaints;
    std::vector<std::string> told_rotations;
    std::function<std::string(std::string_view)> to_utf8;
    std::shared_ptr<Housekeeper> housekeeper;
    std::unique_ptr<LogStream> stream;

    void open() {
        stream.reset();
        const auto complain = [this](std::string text) { complaints.push_back(std::move(text)); };
        const auto rotated = [this](const std::string& path) { told_rotations.push_back(path); };
        housekeeper = std::make_shared<Housekeeper>(files, clock, complain);
        stream = open_log_stream("app", options,
                                 {.files = files,
                                  .clock = clock,
                                  .complain = complain,
                                  .identity = {.service = "MyApp"},
                                  .to_utf8 = to_utf8,
                                  .rotated = rotated,
                                  .housekeeper = housekeeper});
    }
    Status write(std::string_view text, Source source = Source::output) {
        return stream->write(bytes_of(text), source);
    }
    // Advances the clock to each moment at which the stream wants to be called, within that time.
    void live(Duration time) {
        const TimePoint end = clock.now() + time;
        for (auto next = stream->next_deadline(); next && *next <= end; next = stream->next_deadline()) {
            clock.advance(std::max(*next - clock.now(), Duration(1)));
            stream->tick();
        }
        clock.advance(std::max(end - clock.now(), Duration::zero()));
    }
    void keep_house() {
        while (housekeeper->run_once()) {
        }
    }

    [[nodiscard]] std::string current() const { return files.contents("/logs/app.log"); }
    // The names of the rotated files, oldest first.
    [[nodiscard]] std::vector<std::string> rotated() const {
        std::vector<std::string> names = files.names_in("/logs");
        std::erase(names, "app.log");
        return names;
    }
    // The contents of all files in the order of the contract.
    [[nodiscard]] std::vector<std::string> parts() const {
        std::vector<std::string> all;
        for (const std::string& name : rotated()) {
            all.push_back(files.contents("/logs/" + name));
        }
        all.push_back(current());
        return all;
    }
    [[nodiscard]] std::string everything() const {
        std::string text;
        for (const std::string& part : parts()) {
            text += part;
        }
        return text;
    }
};

}  // namespace svcwrap::logs
