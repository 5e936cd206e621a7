#include "host/service_host.hpp"

#include <utility>

#include "host/control_loop.hpp"
#include "supervise/scm_report.hpp"

namespace svcwrap::host {

class ServiceHost::Impl : public ControlLoop {
    using ControlLoop::ControlLoop;
};

ServiceHost::ServiceHost(config::ServiceConfig config, Parts parts, HostOptions options)
    : impl_(std::make_unique<Impl>(std::move(config), parts, std::move(options))) {}

ServiceHost::~ServiceHost() = default;

supervise::FinalResult ServiceHost::run() {
    return impl_->run();
}

void ServiceHost::request_stop(supervise::StopReason reason) {
    impl_->post(supervise::StopRequested{reason});
}

bool ServiceHost::handle_control(platform::ServiceControl control) {
    using platform::ServiceControl;
    using supervise::StopReason;
    switch (control) {
        case ServiceControl::stop:
            request_stop(StopReason::asked);
            return true;
        case ServiceControl::shutdown:
            request_stop(StopReason::system_shutdown);
            return true;
        case ServiceControl::preshutdown:
            request_stop(StopReason::system_preshutdown);
            return true;
        case ServiceControl::interrogate:
            return true;
        case ServiceControl::parameter_change:
            impl_->post_reload();
            return true;
        case ServiceControl::pause:
            if (!impl_->takes_pause()) return false;
            impl_->post(supervise::PauseRequested{});
            return true;
        case ServiceControl::resume:
            if (!impl_->takes_continue()) return false;
            impl_->post(supervise::ContinueRequested{});
            return true;
    }
    return false;
}

}  // namespace svcwrap::host
