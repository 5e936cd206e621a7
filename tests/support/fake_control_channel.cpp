#include "support/fake_control_channel.hpp"

#include <format>

namespace svcwrap::testing {

using platform::ControlAnswer;
using platform::ControlHandler;

namespace {

// One request that waits for its answer: the first word counts, and without any the asker is hung up on.
class Pending {
public:
    ~Pending() { hang_up(); }
    [[nodiscard]] std::future<Result<std::string>> future() { return promise_.get_future(); }
    void answer(std::string line) { settle(std::move(line)); }
    void hang_up() { settle(svcwrap::fail(ErrorKind::io_failed, "ask the wrapper: it hung up without an answer")); }

private:
    void settle(Result<std::string> result) {
        std::call_once(once_, [&] { promise_.set_value(std::move(result)); });
    }
    std::once_flag once_;
    std::promise<Result<std::string>> promise_;
};

}  // namespace

struct FakeControlChannel::Service {
    ControlHandler handler;
    std::mutex mutex;
    std::condition_variable changed;
    bool gone = false;
    std::size_t running = 0;  // calls of the handler
    std::vector<std::weak_ptr<Pending>> pending;

    void call(const std::shared_ptr<Pending>& request, const std::string& line) {
        {
            const std::lock_guard lock(mutex);
            if (gone) {
                return;
            }
            ++running;
            pending.push_back(request);
        }
        handler(line, [request](std::string answer) { request->answer(std::move(answer)); });
        const std::lock_guard lock(mutex);
        --running;
        changed.notify_all();
    }

    void end() {
        std::unique_lock lock(mutex);
        gone = true;
        changed.wait(lock, [this] { return running == 0; });
        for (const std::weak_ptr<Pending>& weak : pending) {
            if (const auto request = weak.lock()) {
                request->hang_up();
            }
        }
    }
};

struct FakeControlChannel::State {
    mutable std::mutex mutex;
    std::map<std::string, std::shared_ptr<Service>> services;  // null: a squatter's
    std::vector<std::string> asked;
    std::optional<Error> serve_error;
    std::optional<Error> ask_error;
    std::uint32_t process_id = k_process_id;
    std::uint32_t addresses = 0;
};

class FakeControlChannel::Server final : public platform::ControlServer {
public:
    Server(std::shared_ptr<State> state, std::string address, std::shared_ptr<Service> service)
        : state_(std::move(state)), address_(std::move(address)), service_(std::move(service)) {}
    ~Server() override {
        {
            const std::lock_guard lock(state_->mutex);
            state_->services.erase(address_);
        }
        service_->end();
    }

private:
    std::shared_ptr<State> state_;
    std::string address_;
    std::shared_ptr<Service> service_;
};

std::shared_ptr<FakeControlChannel::State> FakeControlChannel::make_state() {
    return std::make_shared<State>();
}

void FakeControlChannel::fail_serve(std::optional<Error> error) {
    const std::lock_guard lock(state_->mutex);
    state_->serve_error = std::move(error);
}

void FakeControlChannel::fail_ask(std::optional<Error> error) {
    const std::lock_guard lock(state_->mutex);
    state_->ask_error = std::move(error);
}

void FakeControlChannel::squat(const std::string& address) {
    const std::lock_guard lock(state_->mutex);
    state_->services[address] = nullptr;
}

void FakeControlChannel::answer_as(std::uint32_t process_id) {
    const std::lock_guard lock(state_->mutex);
    state_->process_id = process_id;
}

std::vector<std::string> FakeControlChannel::served() const {
    const std::lock_guard lock(state_->mutex);
    std::vector<std::string> addresses;
    for (const auto& [address, service] : state_->services) {
        if (service) {
            addresses.push_back(address);
        }
    }
    return addresses;
}

std::vector<std::string> FakeControlChannel::asked() const {
    const std::lock_guard lock(state_->mutex);
    return state_->asked;
}

std::string FakeControlChannel::make_address(const std::string& hint) {
    const std::lock_guard lock(state_->mutex);
    return std::format("fake-{}-{}", hint, ++state_->addresses);
}

Result<std::unique_ptr<platform::ControlServer>> FakeControlChannel::serve(const std::string& address,
                                                                           ControlHandler handler) {
    const std::lock_guard lock(state_->mutex);
    if (state_->serve_error) {
        return std::unexpected(*state_->serve_error);
    }
    if (state_->services.contains(address)) {
        return svcwrap::fail(ErrorKind::already_exists, "serve " + address + ": somebody serves it already");
    }
    auto service = std::make_shared<Service>();
    service->handler = std::move(handler);
    state_->services[address] = service;
    return std::make_unique<Server>(state_, address, std::move(service));
}

Result<std::shared_ptr<FakeControlChannel::Service>> FakeControlChannel::enter(const std::string& address,
                                                                               std::uint32_t server_process_id,
                                                                               const std::string& line) {
    const std::lock_guard lock(state_->mutex);
    if (state_->ask_error) {
        return std::unexpected(*state_->ask_error);
    }
    const auto found = state_->services.find(address);
    if (found == state_->services.end()) {
        return svcwrap::fail(ErrorKind::not_found, "ask " + address + ": nobody serves it");
    }
    if (!found->second || server_process_id != state_->process_id) {
        return svcwrap::fail(ErrorKind::access_denied, "ask " + address + ": it is served by another process");
    }
    state_->asked.push_back(line);
    return found->second;
}

std::future<Result<std::string>> FakeControlChannel::begin_ask(const std::string& address,
                                                               std::uint32_t server_process_id,
                                                               const std::string& line) {
    auto service = enter(address, server_process_id, line);
    if (!service) {
        std::promise<Result<std::string>> failed;
        failed.set_value(std::unexpected(service.error()));
        return failed.get_future();
    }
    const auto request = std::make_shared<Pending>();
    auto future = request->future();
    (*service)->call(request, line);
    return future;
}

Result<std::string> FakeControlChannel::ask(const std::string& address, std::uint32_t server_process_id,
                                            const std::string& line, Duration patience) {
    auto future = begin_ask(address, server_process_id, line);
    if (future.wait_for(patience) != std::future_status::ready) {
        return svcwrap::fail(ErrorKind::timed_out, "ask " + address + ": no answer came in time");
    }
    return future.get();
}

}  // namespace svcwrap::testing
