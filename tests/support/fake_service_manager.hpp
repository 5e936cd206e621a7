#pragma once
// A Service Control Manager in memory whose services change by a script, as the fake clock goes on. For one thread.
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/service_manager.hpp"
#include "support/fake_clock.hpp"

namespace svcwrap::testing {

enum class ManagerCall : std::uint8_t {
    create,
    update,
    remove,
    start,
    stop,
    send_control,
    set_preshutdown_timeout,
    query,
    configuration,
    list,
};

// So long after the start or the stop the service gets this status, and `happens` is called.
struct ServiceStep {
    Duration after{};
    platform::ServiceStatus status;
    std::function<void()> happens;
};

struct FakeService {
    platform::ServiceDefinition definition;
    platform::ServiceStatus status;
    std::vector<ServiceStep> on_start;
    std::vector<ServiceStep> on_stop;
    std::map<platform::ControlRequest, std::vector<ServiceStep>> on_control;
    std::string password;                            // the last one that was given
    std::vector<platform::ControlRequest> refused;   // controls that the service does not take (1052)
    std::vector<platform::ControlRequest> controls;  // that it got, in order
    std::vector<ServiceStep> pending;                // of the script that runs
    TimePoint script_began{};
};

class FakeServiceManager final : public platform::ServiceManager {
public:
    explicit FakeServiceManager(const FakeClock& clock) : clock_(clock) {}

    // A service that is there already.
    FakeService& put(const std::string& name, const std::string& command_line);
    [[nodiscard]] FakeService* find(const std::string& name);
    // The next calls of that kind fail, and nothing happens.
    void fail(ManagerCall call, Error error, std::size_t times = 1);
    [[nodiscard]] std::size_t count(ManagerCall call) const;

    Status create(const platform::ServiceDefinition& definition) override;
    Status update(const platform::ServiceDefinition& definition, bool account_changes) override;
    Status remove(const std::string& name) override;
    Status start(const std::string& name) override;
    Status stop(const std::string& name) override;
    Status send_control(const std::string& name, platform::ControlRequest control) override;
    // Kept in the service's definition.
    Status set_preshutdown_timeout(const std::string& name, Duration timeout) override;
    Result<platform::ServiceStatus> query(const std::string& name) override;
    Result<platform::ServiceConfiguration> configuration(const std::string& name) override;
    Result<std::vector<platform::ServiceSummary>> list() override;

private:
    [[nodiscard]] Result<FakeService*> enter(ManagerCall call, const std::string& name);
    void advance(FakeService& service) const;
    void begin(FakeService& service, const std::vector<ServiceStep>& script) const;

    const FakeClock& clock_;
    std::map<std::string, FakeService> services_;
    std::map<ManagerCall, std::pair<Error, std::size_t>> faults_;
    std::map<ManagerCall, std::size_t> counts_;
};

[[nodiscard]] platform::ServiceStatus status_of(platform::ServiceState state, std::uint32_t process_id = 0);
// An error of the SCM with Windows' code.
[[nodiscard]] Error scm_error(ErrorKind kind, std::uint32_t code, std::string message);

}  // namespace svcwrap::testing
