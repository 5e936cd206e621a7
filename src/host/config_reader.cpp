#include "host/config_reader.hpp"

#include <exception>
#include <utility>

namespace svcwrap::host {
namespace {

constexpr ByteSize k_largest_config = 1_MiB;  // as load_config()

ConfigReader::Read parse(const Result<std::string>& text, const std::string& file) {
    if (!text) return std::unexpected(std::vector{with_context(text.error(), "reload " + file)});
    try {
        auto parsed = config::parse_config(*text, file);
        if (!parsed) return std::unexpected(std::move(parsed.error()));
        return std::make_shared<const config::ServiceConfig>(*std::move(parsed));
    } catch (const std::exception& error) {
        return std::unexpected(
            std::vector{Error{.kind = ErrorKind::internal, .message = "reload " + file + ": " + error.what()}});
    }
}

}  // namespace

ConfigReader::ConfigReader(LoopContext context, std::string file)
    : context_(std::move(context)), file_(std::move(file)) {}

bool ConfigReader::read(bool only_if_new, std::function<void(Read)> done) {
    return worker_.post([context = context_, file = file_, memory = memory_, only_if_new, done = std::move(done)] {
        auto text = context.parts.files.read_text(file, k_largest_config);
        // A file that cannot be read now is told once, as a text of its own.
        std::string seen = text ? "=" + *text : "!" + text.error().message;
        if (only_if_new && seen == memory->text) return;
        memory->text = std::move(seen);
        context.post([done, read = parse(text, file)]() mutable { done(std::move(read)); });
    });
}

}  // namespace svcwrap::host
