// Where there is no Service Control Manager.
#include "platform/native.hpp"

namespace svcwrap::platform {

namespace {

constexpr std::uint32_t k_not_under_the_scm = 1063;  // winerror.h, ERROR_FAILED_SERVICE_CONTROLLER_CONNECT

std::unexpected<Error> no_manager(std::string_view attempt, const std::string& name) {
    return fail(ErrorKind::scm_failed, std::string(attempt) + name + ": this system has no Service Control Manager",
                "use `svcwrap run` to run the configuration in the foreground");
}

class NoServiceManager final : public ServiceManager {
public:
    Status create(const ServiceDefinition& definition) override { return no_manager("install ", definition.name); }
    Status update(const ServiceDefinition& definition, bool /*account_changes*/) override {
        return no_manager("change ", definition.name);
    }
    Status remove(const std::string& name) override { return no_manager("remove ", name); }
    Status start(const std::string& name) override { return no_manager("start ", name); }
    Status stop(const std::string& name) override { return no_manager("stop ", name); }
    Status send_control(const std::string& name, ControlRequest /*control*/) override {
        return no_manager("control ", name);
    }
    Status set_preshutdown_timeout(const std::string& name, Duration /*timeout*/) override {
        return no_manager("set the preshutdown timeout of ", name);
    }
    Result<ServiceStatus> query(const std::string& name) override { return no_manager("query ", name); }
    Result<ServiceConfiguration> configuration(const std::string& name) override {
        return no_manager("read the configuration of ", name);
    }
    Result<std::vector<ServiceSummary>> list() override { return no_manager("list the services", {}); }
};

}  // namespace

std::unique_ptr<ServiceManager> make_service_manager() {
    return std::make_unique<NoServiceManager>();
}

Status run_service_session(const std::string& name, std::function<void(ServiceSession&)> /*body*/) {
    auto failed = no_manager("run as the service ", name);
    failed.error().os_code = k_not_under_the_scm;
    return failed;
}

}  // namespace svcwrap::platform
