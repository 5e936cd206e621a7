#include <span>
#include <string>
#include <vector>

#include "fuzz/demand.hpp"
#include "fuzz/targets.hpp"
#include "guard/judge.hpp"
#include "platform/security_descriptor.hpp"

namespace svcwrap::fuzz {

void judge_descriptor(const std::uint8_t* data, std::size_t size) {
    const auto descriptor = platform::parse_security_descriptor(std::as_bytes(std::span(data, size)));
    if (!descriptor) {
        demand(descriptor.error().kind == ErrorKind::internal);
        return;
    }
    demand(descriptor->owner.empty() || descriptor->owner.starts_with("S-1-"));
    const guard::Trust trust{.account_sid = "S-1-5-19", .account_name = "LocalService", .service_sid = "S-1-5-80-1"};
    const auto nobody = [](const std::string&) { return std::string(); };
    for (const auto role : {guard::Role::program, guard::Role::folder}) {
        const std::vector<platform::ObjectSecurity> chain{{.path = "C:\\a",
                                                           .kind = platform::ObjectKind::folder,
                                                           .place = platform::Place::holder,
                                                           .descriptor = *descriptor},
                                                          {.path = "C:\\a\\b", .descriptor = *descriptor}};
        const auto findings = guard::judge(role, chain, trust, nobody);
        for (const guard::Finding& finding : findings) {
            demand(!finding.sid.empty() && !to_text(finding).empty());
        }
        // Without a DACL everyone may do everything.
        demand(descriptor->dacl || !findings.empty());
    }
}

}  // namespace svcwrap::fuzz
