#pragma once
// Who may do what with files, folders and services: collected here, judged in guard/.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "platform/security_descriptor.hpp"

namespace svcwrap::platform {

enum class ObjectKind : std::uint8_t { file, folder, service };

// Where an object stands, seen from the one that was asked for.
enum class Place : std::uint8_t {
    above,   // a folder further up, to the root
    holder,  // the folder that it lies in
    itself,
};

struct ObjectSecurity {
    std::string path;  // of a service its name
    ObjectKind kind = ObjectKind::file;
    Place place = Place::itself;
    // A symbolic link, junction or other reparse point that leads elsewhere; the descriptor is the link's own.
    bool is_link = false;
    SecurityDescriptor descriptor;
    // Set where the chain ends before the object that was asked for: what is missing right in this folder.
    std::optional<ObjectKind> missing;
};

// Thread-safe. Every call may block on the disk or, for names, on a domain controller.
class AccessControl {
public:
    virtual ~AccessControl() = default;
    // The file or folder and all folders above it, the root first, each opened as itself and not as what it may link
    // to. Where one is a link, the place that it leads to follows with all of its folders as well; no object comes
    // twice. The chain ends at what does not exist, and says so in the folder that it would lie in.
    // Errors: access_denied, io_failed (also a share that cannot be asked, or links that lead in a circle).
    [[nodiscard]] virtual Result<std::vector<ObjectSecurity>> chain_of(const std::string& path) = 0;
    // The service object of the SCM. Errors: not_found, access_denied, scm_failed.
    [[nodiscard]] virtual Result<ObjectSecurity> service(const std::string& name) = 0;
    // "BUILTIN\Users", in the language of the system; empty if nobody has that SID.
    [[nodiscard]] virtual std::string account_name(const std::string& sid) = 0;
    // The SIDs of the members of the local group Administrators, and of the user of this process if it is elevated.
    // What cannot be found out is left out.
    [[nodiscard]] virtual std::vector<std::string> administrators() = 0;
};

[[nodiscard]] std::unique_ptr<AccessControl> make_access_control();

}  // namespace svcwrap::platform
