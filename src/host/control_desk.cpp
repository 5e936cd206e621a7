#include "host/control_desk.hpp"

#include <exception>
#include <utility>

namespace svcwrap::host {
namespace {

std::string answer_line(std::expected<Json, std::vector<Error>> result) {
    std::string line = result ? success_line(*std::move(result)) : failure_line(result.error());
    if (line.size() < platform::k_longest_control_line) return line;
    return failure_line({{.kind = ErrorKind::internal, .message = "the answer is too long for the control channel"}});
}

}  // namespace

ControlDesk::ControlDesk(LoopContext context, Handler handler)
    : context_(std::move(context)), handler_(std::move(handler)) {}

// NOLINTNEXTLINE(readability-function-size): callbacks within callbacks, each a line
Status ControlDesk::open(const std::string& service) {
    try {
        std::string address = context_.parts.channel.make_address(service);
        auto server = context_.parts.channel.serve(
            address, [this, context = context_](std::string line, platform::ControlAnswer answer) {
                context.post([this, line = std::move(line), answer = std::move(answer)] { take(line, answer); });
            });
        if (!server) return std::unexpected(server.error());
        server_ = *std::move(server);
        address_ = std::move(address);
        return {};
    } catch (const std::exception& error) {
        return fail(ErrorKind::io_failed, std::string("serve the control channel: ") + error.what());
    }
}

void ControlDesk::take(const std::string& line, platform::ControlAnswer answer) {
    const auto command = parse_request(line);
    if (!command) return answer(failure_line({command.error()}));
    handler_(*command, [answer = std::move(answer)](std::expected<Json, std::vector<Error>> result) {
        answer(answer_line(std::move(result)));
    });
}

void ControlDesk::close() {
    server_.reset();
    address_.clear();
}

}  // namespace svcwrap::host
