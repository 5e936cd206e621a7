#include "support/fake_access_control.hpp"

#include <algorithm>

#include "base/path.hpp"
#include "base/utf8.hpp"
#include "support/fake_file_system.hpp"
#include "support/fake_paths.hpp"
#include "support/sddl.hpp"

namespace svcwrap::testing {

namespace {

using platform::ObjectKind;
using platform::ObjectSecurity;
using platform::Place;

// Windows compares names without case.
std::string key_of(const std::string& path) {
    return to_lower_ascii(normal(path));
}

// The root first; "C:" is one.
std::vector<std::string> steps_to(const std::string& path) {
    std::vector<std::string> steps;
    for (std::string step = path; !step.empty(); step = is_root(step) ? std::string() : folder_of(step)) {
        steps.push_back(step);
    }
    std::ranges::reverse(steps);
    return steps;
}

}  // namespace

void FakeAccessControl::set(const std::string& path, std::string_view sddl) {
    descriptors_[key_of(path)] = from_sddl(sddl);
}

void FakeAccessControl::set_link(const std::string& path, const std::string& target) {
    links_[key_of(path)] = normal(target);
}

void FakeAccessControl::set_missing(const std::string& path) {
    missing_.push_back(key_of(path));
}

platform::SecurityDescriptor FakeAccessControl::descriptor_of(const std::string& path) const {
    const std::string key = key_of(path);
    if (const auto found = descriptors_.find(key); found != descriptors_.end()) return found->second;
    for (const auto& [folder, descriptor] : below_) {
        if (key == folder || key.starts_with(folder + "/")) return descriptor;
    }
    return from_sddl("O:BAD:(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)");
}

bool FakeAccessControl::is_missing(const std::string& path) const {
    if (exists_ && !is_root(path)) return !exists_(path);
    return std::ranges::contains(missing_, key_of(path));
}

void FakeAccessControl::set_below(const std::string& folder, std::string_view sddl) {
    below_[key_of(folder)] = from_sddl(sddl);
}

void FakeAccessControl::append_chain(const std::string& path, std::vector<ObjectSecurity>& chain, int depth) const {
    const auto steps = steps_to(path);
    for (std::size_t i = 0; i < steps.size() && depth < 40; ++i) {
        const std::size_t left = steps.size() - 1 - i;
        if (is_missing(steps[i]) && !chain.empty()) {
            chain.back().missing = left == 0 ? ObjectKind::file : ObjectKind::folder;
            return;
        }
        const auto link = links_.find(key_of(steps[i]));
        chain.push_back({.path = normalize_path(steps[i]),
                         .kind = left == 0 ? ObjectKind::file : ObjectKind::folder,
                         .place = left == 0 ? Place::itself : (left == 1 ? Place::holder : Place::above),
                         .is_link = link != links_.end(),
                         .descriptor = descriptor_of(steps[i]),
                         .missing = {}});
        if (link != links_.end()) return append_chain(link->second + path.substr(steps[i].size()), chain, depth + 1);
    }
}

void FakeAccessControl::hide(const std::string& path) {
    hidden_.push_back(key_of(path));
}

Result<std::vector<ObjectSecurity>> FakeAccessControl::chain_of(const std::string& path) {
    if (fault_) return std::unexpected(*fault_);
    std::vector<ObjectSecurity> chain;
    append_chain(normal(path), chain, 0);
    for (const ObjectSecurity& object : chain) {
        if (std::ranges::contains(hidden_, key_of(object.path)))
            return std::unexpected(access_denied_error(object.path));
    }
    return chain;
}

Result<ObjectSecurity> FakeAccessControl::service(const std::string& name) {
    if (fault_) return std::unexpected(*fault_);
    if (std::ranges::contains(hidden_, key_of(name))) return std::unexpected(access_denied_error(name));
    return ObjectSecurity{.path = name,
                          .kind = ObjectKind::service,
                          .place = Place::itself,
                          .is_link = false,
                          .descriptor = descriptor_of(name),
                          .missing = {}};
}

std::string FakeAccessControl::account_name(const std::string& sid) {
    const auto found = names_.find(sid);
    return found == names_.end() ? std::string() : found->second;
}

}  // namespace svcwrap::testing
