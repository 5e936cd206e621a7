#pragma once
// Permissions in memory. For one thread.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/access_control.hpp"

namespace svcwrap::testing {

// Whatever has no permissions of its own belongs to Administrators, who alone can change it; others may read it.
class FakeAccessControl final : public platform::AccessControl {
public:
    // The permissions of one file or folder, or of a service by its name, as SDDL.
    void set(const std::string& path, std::string_view sddl);
    // The path is a link that leads there.
    void set_link(const std::string& path, const std::string& target);
    // Nothing exists at or below that path.
    void set_missing(const std::string& path);
    // The same for everything at or below a folder.
    void set_below(const std::string& folder, std::string_view sddl);
    // Who says what exists; else everything does but what is below a missing path.
    void set_exists(std::function<bool(const std::string&)> exists) { exists_ = std::move(exists); }
    void set_name(const std::string& sid, const std::string& name) { names_[sid] = name; }
    void set_administrators(std::vector<std::string> sids) { administrators_ = std::move(sids); }
    // This process may not look at that object, nor at what lies behind it.
    void hide(const std::string& path);
    // Every further call of chain_of and service fails.
    void fail(Error error) { fault_ = std::move(error); }

    Result<std::vector<platform::ObjectSecurity>> chain_of(const std::string& path) override;
    Result<platform::ObjectSecurity> service(const std::string& name) override;
    std::string account_name(const std::string& sid) override;
    std::vector<std::string> administrators() override { return administrators_; }

private:
    [[nodiscard]] platform::SecurityDescriptor descriptor_of(const std::string& path) const;
    [[nodiscard]] bool is_missing(const std::string& path) const;
    void append_chain(const std::string& path, std::vector<platform::ObjectSecurity>& chain, int depth) const;

    std::map<std::string, platform::SecurityDescriptor> descriptors_;
    std::map<std::string, platform::SecurityDescriptor> below_;  // by folder
    std::function<bool(const std::string&)> exists_;
    std::map<std::string, std::string> links_;
    std::vector<std::string> missing_;
    std::vector<std::string> hidden_;
    std::map<std::string, std::string> names_;
    std::vector<std::string> administrators_;
    std::optional<Error> fault_;
};

}  // namespace svcwrap::testing
