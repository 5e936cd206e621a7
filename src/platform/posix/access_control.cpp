// Permission bits as a DACL. For development: users and groups get the SIDs that Samba gives them (S-1-22-1, S-1-22-2),
// but root is SYSTEM and its group Administrators.
#include "platform/access_control.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <format>
#include <utility>

#include "base/path.hpp"
#include "platform/posix/posix_error.hpp"

namespace svcwrap::platform {

namespace {

std::string user_sid(uid_t user) {
    return user == 0 ? "S-1-5-18" : std::format("S-1-22-1-{}", user);
}

std::string group_sid(gid_t group) {
    return group == 0 ? "S-1-5-32-544" : std::format("S-1-22-2-{}", group);
}

// `bits` are those of one class: 4 read, 2 write, 1 execute.
std::uint32_t mask_of(mode_t bits, const struct stat& info, bool is_owner) {
    std::uint32_t mask = 0;
    if ((bits & 4U) != 0) mask |= access::k_file_read;
    if ((bits & 1U) != 0) mask |= access::k_file_execute;
    if ((bits & 2U) == 0) return mask;
    mask |= access::k_write_data | access::k_append_data;
    // In a sticky folder everybody deletes his own only.
    if (S_ISDIR(info.st_mode) && (is_owner || (info.st_mode & S_ISVTX) == 0)) mask |= access::k_delete_child;
    return mask;
}

// A class that is allowed less than the next one gets that one's rights here as well, if it belongs to it: to the
// worse.
SecurityDescriptor descriptor_of(const struct stat& info) {
    SecurityDescriptor descriptor{.owner = user_sid(info.st_uid), .dacl = std::vector<Ace>(), .dacl_protected = true};
    const auto allow = [&](std::uint32_t mask, std::string sid) {
        if (mask != 0) descriptor.dacl->push_back({.mask = mask, .sid = std::move(sid)});
    };
    allow(mask_of((info.st_mode >> 6U) & 7U, info, true), descriptor.owner);
    allow(mask_of((info.st_mode >> 3U) & 7U, info, false), group_sid(info.st_gid));
    allow(mask_of(info.st_mode & 7U, info, false), "S-1-1-0");
    return descriptor;
}

std::vector<std::string> steps_to(const std::string& path) {
    std::vector<std::string> steps{path};
    for (std::string above = parent_path(path); !above.empty(); above = parent_path(above)) steps.push_back(above);
    std::ranges::reverse(steps);
    return steps;
}

Place place_of(std::size_t left) {
    if (left > 1) return Place::above;
    return left == 1 ? Place::holder : Place::itself;
}

class Walk {
public:
    Status visit(const std::string& path) {
        constexpr int k_most_links = 40;
        if (++visits_ > k_most_links) return posix::fail_errno("reach", path, ELOOP);
        const auto steps = steps_to(path);
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const std::size_t left = steps.size() - 1 - i;
            struct stat info{};
            if (::lstat(steps[i].c_str(), &info) != 0) return stop_at(steps[i], left, errno);
            above_ = add(steps[i], info, place_of(left));
            if (S_ISLNK(info.st_mode)) return follow(steps[i], path.substr(steps[i].size()));
        }
        return {};
    }

    std::vector<ObjectSecurity> take() { return std::move(objects_); }

private:
    Status follow(const std::string& link, const std::string& rest) {
        std::array<char, PATH_MAX> target{};
        if (::realpath(link.c_str(), target.data()) == nullptr)
            return posix::fail_errno("follow the link", link, errno);
        return visit(normalize_path(target.data() + rest));
    }

    Status stop_at(const std::string& path, std::size_t left, int code) {
        if (code != ENOENT || objects_.empty()) return posix::fail_errno("read the permissions of", path, code);
        objects_[above_].missing = left == 0 ? ObjectKind::file : ObjectKind::folder;
        return {};
    }

    std::size_t add(const std::string& path, const struct stat& info, Place place) {
        const auto is_same = [&](const ObjectSecurity& known) { return known.place == place && known.path == path; };
        if (const auto known = std::ranges::find_if(objects_, is_same); known != objects_.end()) {
            return static_cast<std::size_t>(known - objects_.begin());
        }
        ObjectSecurity object{.path = path,
                              .kind = S_ISDIR(info.st_mode) ? ObjectKind::folder : ObjectKind::file,
                              .place = place,
                              .is_link = S_ISLNK(info.st_mode),
                              .descriptor = descriptor_of(info),
                              .missing = {}};
        // A link's own bits mean nothing: only the folder that it lies in decides who can replace it.
        if (object.is_link) object.descriptor.dacl->clear();
        objects_.push_back(std::move(object));
        return objects_.size() - 1;
    }

    std::vector<ObjectSecurity> objects_;
    std::size_t above_ = 0;
    int visits_ = 0;
};

class PosixAccessControl final : public AccessControl {
public:
    Result<std::vector<ObjectSecurity>> chain_of(const std::string& path) override {
        Walk walk;
        if (auto done = walk.visit(normalize_path(path)); !done) return std::unexpected(done.error());
        return walk.take();
    }

    Result<ObjectSecurity> service(const std::string& name) override {
        return fail(ErrorKind::scm_failed,
                    "read the permissions of " + name + ": this system has no Service Control Manager");
    }

    std::string account_name(const std::string& sid) override {
        if (sid == "S-1-5-18") return "root";
        if (sid == "S-1-1-0") return "everyone";
        const std::string number = sid.substr(sid.rfind('-') + 1);
        const auto id = static_cast<uid_t>(std::strtoul(number.c_str(), nullptr, 10));
        // Not thread-safe by POSIX, but by glibc as long as nobody changes the user database's settings.
        if (sid.starts_with("S-1-22-1-")) {
            const passwd* user = ::getpwuid(id);  // NOLINT(concurrency-mt-unsafe)
            return user != nullptr ? user->pw_name : "";
        }
        const group* entry = sid.starts_with("S-1-22-2-") ? ::getgrgid(id) : nullptr;  // NOLINT(concurrency-mt-unsafe)
        return entry != nullptr ? entry->gr_name : "";
    }

    std::vector<std::string> administrators() override { return {user_sid(::geteuid())}; }
};

}  // namespace

std::unique_ptr<AccessControl> make_access_control() {
    return std::make_unique<PosixAccessControl>();
}

}  // namespace svcwrap::platform
