#include "config/idle_settings.hpp"

#include <string_view>
#include <utility>

namespace svcwrap::config {
namespace {

class IdleSettings {
public:
    // `is_set`: it has another value than the default, and `why` says what keeps it from having an effect.
    void add_if(bool is_set, std::string_view key, std::string_view why) {
        if (is_set) texts_.push_back(std::string(key) + " has no effect: " + std::string(why));
    }
    [[nodiscard]] std::vector<std::string> take() { return std::move(texts_); }

private:
    std::vector<std::string> texts_;
};

void look_at_lines(const logs::Options& options, IdleSettings& idle) {
    const logs::Options usual;
    if (options.format != logs::Format::raw) return;
    const bool is_code_page = options.encoding == logs::Encoding::oem || options.encoding == logs::Encoding::ansi;
    idle.add_if(is_code_page, "logs.encoding", "logs.format = \"raw\" keeps the bytes as they come");
    idle.add_if(options.timestamps != usual.timestamps, "logs.timestamps", "logs.format = \"raw\" writes no times");
    if (options.rate_limit || !options.redact.empty()) return;  // for them lines are looked for
    constexpr std::string_view k_no_lines = "logs.format = \"raw\" does not look for lines";
    idle.add_if(options.line_limit != usual.line_limit, "logs.line_limit", k_no_lines);
    idle.add_if(options.partial_after != usual.partial_after, "logs.partial_after", k_no_lines);
}

}  // namespace

std::vector<std::string> idle_settings(const logs::Options& options) {
    const logs::Options usual;
    IdleSettings idle;
    look_at_lines(options, idle);
    idle.add_if(options.sync != logs::SyncPolicy::interval && options.sync_interval != usual.sync_interval,
                "logs.sync_interval", "logs.sync is not \"interval\"");
    idle.add_if(options.rotate.interval == logs::RotateInterval::never && options.rotate.at != usual.rotate.at,
                "logs.rotate.at", "logs.rotate.interval is \"never\"");
    idle.add_if(
        options.keep.compress == logs::Compression::none && options.keep.delay_compress != usual.keep.delay_compress,
        "logs.keep.delay_compress", "logs.keep.compress is \"none\"");
    return idle.take();
}

}  // namespace svcwrap::config
