#include "host/config_reader.hpp"

#include <exception>
#include <functional>
#include <utility>

#include "config/difference.hpp"

namespace svcwrap::host {
namespace {

constexpr ByteSize k_largest_config = 1_MiB;  // as load_config()

std::unexpected<ConfigReader::Refusal> refuse(std::vector<Error> errors) {
    return std::unexpected(ConfigReader::Refusal{.errors = std::move(errors)});
}

ConfigReader::Read parse(const Result<std::string>& text, const std::string& file) {
    if (!text) return refuse({with_context(text.error(), "reload " + file)});
    auto parsed = config::parse_config(*text, file);
    if (!parsed) return refuse(std::move(parsed.error()));
    return std::make_shared<const config::ServiceConfig>(*std::move(parsed));
}

ConfigReader::Read judged(ConfigReader::Read read, const config::ServiceConfig& now, const ConfigReader::Judge& judge) {
    if (!read || !judge || config::difference(now, **read).empty()) return read;
    const Status safe = judge(now, **read);
    if (safe) return read;
    return std::unexpected(ConfigReader::Refusal{.errors = {with_context(safe.error(), "reload " + now.file)},
                                                 .is_insecure = safe.error().kind == ErrorKind::access_denied});
}

// Whatever the parser or the judge throw refuses the file.
ConfigReader::Read guarded(const std::string& file, const std::function<ConfigReader::Read()>& work) {
    try {
        return work();
    } catch (const std::exception& error) {
        return refuse({{.kind = ErrorKind::internal, .message = "reload " + file + ": " + error.what()}});
    }
}

}  // namespace

ConfigReader::ConfigReader(LoopContext context, std::string file, Judge judge)
    : context_(std::move(context)), file_(std::move(file)), judge_(std::move(judge)) {}

// NOLINTNEXTLINE(readability-function-size): callbacks within callbacks, each a line
bool ConfigReader::read(bool only_if_new, Config now, std::function<void(Read)> done) {
    return worker_.post([context = context_, file = file_, judge = judge_, memory = memory_, only_if_new,
                         now = std::move(now), done = std::move(done)] {
        auto text = context.parts.files.read_text(file, k_largest_config);
        // A file that cannot be read now is told once, as a text of its own.
        std::string seen = text ? "=" + *text : "!" + text.error().message;
        if (only_if_new && seen == memory->text) return;
        memory->text = std::move(seen);
        auto read = guarded(file, [&] { return judged(parse(text, file), *now, judge); });
        context.post([done, read = std::move(read)]() mutable { done(std::move(read)); });
    });
}

}  // namespace svcwrap::host
