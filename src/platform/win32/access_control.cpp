#include "platform/access_control.hpp"

#include <windows.h>

#include <lm.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/path.hpp"
#include "base/utf8.hpp"
#include "platform/win32/held_folder.hpp"
#include "platform/win32/security.hpp"
#include "platform/win32/service_calls.hpp"
#include "platform/win32/sids.hpp"

namespace svcwrap::platform {

namespace {

using namespace win32;

constexpr SECURITY_INFORMATION k_wanted = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;

// `query` fills a buffer with a self-relative descriptor, as GetKernelObjectSecurity does. It is asked again with what
// it needed until it fits: the descriptor may grow in between.
template <class Query>
Result<SecurityDescriptor> read_descriptor(const std::string& name, const Query& query) {
    std::vector<std::byte> buffer(1024);
    for (int attempt = 0; attempt < 5; ++attempt) {
        DWORD needed = 0;
        if (query(buffer.data(), static_cast<DWORD>(buffer.size()), &needed) != 0) {
            return parse_security_descriptor(buffer).transform_error(
                [&](Error error) { return with_context(std::move(error), name); });
        }
        const DWORD code = GetLastError();
        if (code != ERROR_INSUFFICIENT_BUFFER || needed <= buffer.size()) {
            return fail_file("read the permissions of", name, code);
        }
        buffer.resize(needed);
    }
    return fail_file("read the permissions of", name, ERROR_INSUFFICIENT_BUFFER);
}

constexpr DWORD k_share_all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

// The object itself, be it a link or not.
KernelHandle open_object(const std::string& path) {
    return KernelHandle(CreateFileW(to_native_path(path).c_str(), READ_CONTROL | FILE_READ_ATTRIBUTES, k_share_all,
                                    nullptr, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT,
                                    nullptr));
}

bool is_missing(DWORD code) {
    return code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND;
}

// Where a link leads to in the end.
Result<std::string> target_of(const std::string& path) {
    const KernelHandle target(CreateFileW(to_native_path(path).c_str(), FILE_READ_ATTRIBUTES, k_share_all, nullptr,
                                          OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr));
    if (!target.is_open()) {
        return fail_file("follow the link", path, GetLastError());
    }
    return final_path(target.get(), path);
}

// The root first, the path itself last.
std::vector<std::string> steps_to(const std::string& path) {
    std::vector<std::string> steps{path};
    for (std::string above = parent_path(path); !above.empty(); above = parent_path(above)) {
        steps.push_back(above);
    }
    std::ranges::reverse(steps);
    return steps;
}

Place place_of(std::size_t left) {
    if (left > 1) {
        return Place::above;
    }
    return left == 1 ? Place::holder : Place::itself;
}

class Walk {
public:
    Status visit(const std::string& path) {
        constexpr int k_most_links = 40;
        if (++visits_ > k_most_links) {
            return fail_file("reach", path, ERROR_CANT_RESOLVE_FILENAME);
        }
        const auto steps = steps_to(path);
        std::size_t above = objects_.size();  // none yet
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const std::size_t left = steps.size() - 1 - i;
            const KernelHandle handle = open_object(steps[i]);
            if (!handle.is_open()) {
                return stop_at(steps[i], above, left, GetLastError());
            }
            const auto added = add(handle.get(), steps[i], place_of(left));
            if (!added) {
                return std::unexpected(added.error());
            }
            above = *added;
            const auto elsewhere = leads_to(handle.get(), steps[i], i == 0);
            if (!elsewhere) {
                return std::unexpected(elsewhere.error());
            }
            if (!elsewhere->empty()) {
                return visit(normalize_path(*elsewhere + "\\" + path.substr(steps[i].size())));
            }
        }
        return {};
    }

    std::vector<ObjectSecurity> take() { return std::move(objects_); }

private:
    Status stop_at(const std::string& path, std::size_t above, std::size_t left, DWORD code) {
        if (!is_missing(code) || above >= objects_.size()) {
            return fail_file("read the permissions of", path, code);
        }
        objects_[above].missing = left == 0 ? ObjectKind::file : ObjectKind::folder;
        return {};
    }

    Result<std::size_t> add(HANDLE handle, const std::string& path, Place place) {
        const auto is_same = [&](const ObjectSecurity& known) {
            return known.place == place && equals_ignoring_case(known.path, path);
        };
        if (const auto known = std::ranges::find_if(objects_, is_same); known != objects_.end()) {
            return static_cast<std::size_t>(known - objects_.begin());
        }
        FILE_ATTRIBUTE_TAG_INFO info{};
        if (GetFileInformationByHandleEx(handle, FileAttributeTagInfo, &info, sizeof info) == 0) {
            return fail_file("read the attributes of", path, GetLastError());
        }
        auto descriptor = read_descriptor(path, [&](void* buffer, DWORD size, DWORD* needed) {
            return GetKernelObjectSecurity(handle, k_wanted, buffer, size, needed);
        });
        if (!descriptor) {
            return std::unexpected(descriptor.error());
        }
        const bool is_folder = (info.FileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
        const bool is_link =
            (info.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 && IsReparseTagNameSurrogate(info.ReparseTag);
        objects_.push_back({.path = path,
                            .kind = is_folder ? ObjectKind::folder : ObjectKind::file,
                            .place = place,
                            .is_link = is_link,
                            .descriptor = *std::move(descriptor),
                            .missing = {}});
        return objects_.size() - 1;
    }

    // Where the object really is, if that is elsewhere: for a link, and for a drive letter that stands for a folder
    // (subst) or a share.
    Result<std::string> leads_to(HANDLE handle, const std::string& path, bool is_root) const {
        const auto known = std::ranges::find(objects_, path, &ObjectSecurity::path);
        if (known != objects_.end() && known->is_link) {
            return target_of(path);
        }
        if (!is_root) {
            return std::string();
        }
        auto real = final_path(handle, path);
        // A share does not always say where it is; then the name it was asked by is all there is.
        return !real || equals_ignoring_case(*real, path) ? std::string() : *std::move(real);
    }

    std::vector<ObjectSecurity> objects_;
    int visits_ = 0;
};

// netapi32.dll is loaded for the call only, as it is no part of the start of a service.
struct NetApi {
    LibraryHandle library = load_system_library(L"netapi32.dll");
    decltype(&NetLocalGroupGetMembers) members =
        find_function<decltype(&NetLocalGroupGetMembers)>(library, "NetLocalGroupGetMembers");
    decltype(&NetApiBufferFree) release = find_function<decltype(&NetApiBufferFree)>(library, "NetApiBufferFree");
};

std::vector<std::string> members_of_administrators() {
    std::vector<std::string> sids;
    const NetApi net;
    const auto group = look_up_sid("S-1-5-32-544");  // its name is in the language of Windows
    if (!group || net.members == nullptr || net.release == nullptr) {
        return sids;
    }
    BYTE* buffer = nullptr;
    DWORD count = 0;
    DWORD total = 0;
    if (net.members(nullptr, to_wide(group->name).c_str(), 0, &buffer, MAX_PREFERRED_LENGTH, &count, &total, nullptr) !=
        NERR_Success) {
        return sids;
    }
    for (const auto& member : std::span(reinterpret_cast<const LOCALGROUP_MEMBERS_INFO_0*>(buffer), count)) {
        if (auto sid = sid_to_text(member.lgrmi0_sid)) {
            sids.push_back(*std::move(sid));
        }
    }
    net.release(buffer);
    return sids;
}

class WindowsAccessControl final : public AccessControl {
public:
    Result<std::vector<ObjectSecurity>> chain_of(const std::string& path) override {
        Walk walk;
        if (auto done = walk.visit(normalize_path(path)); !done) {
            return std::unexpected(done.error());
        }
        return walk.take();
    }

    Result<ObjectSecurity> service(const std::string& name) override {
        const auto service = open_service(name, READ_CONTROL, "read the permissions of");
        if (!service) {
            return std::unexpected(service.error());
        }
        return read_descriptor(name,
                               [&](void* buffer, DWORD size, DWORD* needed) {
                                   return QueryServiceObjectSecurity(service->get(), k_wanted, buffer, size, needed);
                               })
            .transform([&](SecurityDescriptor descriptor) {
                return ObjectSecurity{.path = name,
                                      .kind = ObjectKind::service,
                                      .place = Place::itself,
                                      .is_link = false,
                                      .descriptor = std::move(descriptor),
                                      .missing = {}};
            });
    }

    std::string account_name(const std::string& sid) override {
        const auto account = look_up_sid(sid);
        if (!account) {
            return {};
        }
        return account->domain.empty() ? account->name : account->domain + "\\" + account->name;
    }

    std::vector<std::string> administrators() override {
        std::vector<std::string> sids = members_of_administrators();
        auto own = own_user_sid();
        if (own && is_administrator() && !std::ranges::contains(sids, *own)) {
            sids.push_back(*std::move(own));
        }
        return sids;
    }
};

}  // namespace

std::unique_ptr<AccessControl> make_access_control() {
    return std::make_unique<WindowsAccessControl>();
}

}  // namespace svcwrap::platform
