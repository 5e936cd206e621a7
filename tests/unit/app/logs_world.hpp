#pragma once
// A world for the tests of `svcwrap logs`: a folder of logs, and a service that has some.
#include <algorithm>
#include <catch_amalgamated.hpp>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "app_world.hpp"
#include "logs/log_stream.hpp"

namespace svcwrap::testing {

inline const std::string k_folder = at("out");

// A folder as `svcwrap pipe` writes it.
struct LogsWorld : AppWorld {
    std::unique_ptr<logs::LogStream> open(logs::Format format = logs::Format::text,
                                          const std::string& name = "output") {
        logs::Options options;
        options.directory = k_folder;
        options.format = format;
        options.timestamps = logs::Timestamps::utc;
        return logs::open_log_stream(name, options, {.files = files, .clock = clock});
    }
    void write(logs::LogStream& stream, const std::string& text, logs::Source source = logs::Source::output) {
        REQUIRE(stream.write(std::as_bytes(std::span(text)), source));
    }
    // Ten lines a file, a minute a line, counted.
    void write_files(logs::LogStream& stream, int count) {
        for (int i = 1; i <= count; ++i) {
            write(stream, "line " + std::to_string(i) + "\n");
            clock.advance(std::chrono::minutes(1));
            if (i % 10 == 0) {
                stream.request_rotation();
                stream.tick();
            }
        }
    }
    int logs(std::vector<std::string> words) {
        words.insert(words.begin(), {"logs", "--dir", k_folder});
        return run(std::move(words));
    }
    // Installed, with a configuration; its logs lie beside that.
    void put_app(const std::string& tables = {}) {
        put_service("App");
        files.put(config_of("App"),
                  "[service]\nname = \"App\"\n[process]\nexecutable = '" + at("apps/my app/app.exe") + "'\n" + tables);
    }
    [[nodiscard]] std::string log_of_app(const std::string& file) const {
        return join_path(join_path(folder("App"), "logs"), file);
    }
};

inline std::vector<std::string> lines_in(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

}  // namespace svcwrap::testing
