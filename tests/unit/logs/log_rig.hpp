#pragma once
// A log stream on fakes, and what can be asked of its files.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "logs/log_stream.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_file_system.hpp"

namespace svcwrap::logs {

inline std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

struct LogRig {
    testing::FakeClock clock;
    testing::FakeFileSystem files{clock};
    Options options{.directory = "/logs",
                    .standard_output = OutputTarget::file,
                    .standard_error = ErrorTarget::merge,
                    .rotate = {},
                    .keep = {.files = 1000, .age = k_forever, .total_size = {}},
                    .disk = {.warn_above = 0}};
    std::vector<std::string> complaints;
    std::unique_ptr<LogStream> stream;

    void open() {
        stream.reset();
        stream = open_log_stream("app", options, {.files = files, .clock = clock, .complain = [this](std::string text) {
                                                      complaints.push_back(std::move(text));
                                                  }});
    }
    Status write(std::string_view text) { return stream->write(bytes_of(text)); }

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
