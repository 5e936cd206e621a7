#include "platform/control_session.hpp"

#include <format>

namespace svcwrap::platform::control {

std::string address_name(const std::string& hint, std::span<const std::byte> random) {
    constexpr std::size_t k_longest_hint = 32;
    constexpr std::string_view k_allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    std::string name = "svcwrap-";
    for (const char c : std::string_view(hint).substr(0, k_longest_hint)) {
        name += k_allowed.contains(c) ? c : '_';
    }
    name += '-';
    for (const std::byte byte : random) {
        name += std::format("{:02x}", static_cast<unsigned>(byte));
    }
    return name;
}

void ServerLoop::start() {
    gate_->loop = &context_;
    work_.emplace(context_.get_executor());
    thread_ = std::thread([this] { run(); });
}

void ServerLoop::run() {
    while (true) {
        try {
            context_.run();
            return;
        } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): one client's; the others are served on
        }
    }
}

void ServerLoop::finish(std::function<void()> stop) {
    {
        const std::lock_guard lock(gate_->mutex);
        gate_->loop = nullptr;
    }
    boost::asio::post(context_, [this, stop = std::move(stop)] {
        stop();
        work_.reset();
    });
    thread_.join();
}

std::function<void(std::function<void()>)> ServerLoop::gate() const {
    return [gate = gate_](std::function<void()> work) {
        const std::lock_guard lock(gate->mutex);
        if (gate->loop != nullptr) {
            boost::asio::post(*gate->loop, std::move(work));
        }
    };
}

}  // namespace svcwrap::platform::control
