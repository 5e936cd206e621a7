#pragma once
// A folder by its descriptor.
#include <sys/types.h>

#include <memory>
#include <string>

#include "platform/file_system.hpp"
#include "platform/posix/descriptor.hpp"

namespace svcwrap::platform::posix {

class PosixHeldFolder final : public HeldFolder {
public:
    PosixHeldFolder(Descriptor folder, std::string final_path, dev_t device, ino_t node)
        : folder_(std::move(folder)), final_path_(std::move(final_path)), device_(device), node_(node) {}

    [[nodiscard]] const std::string& final_path() const override { return final_path_; }
    [[nodiscard]] bool is_same(const PosixHeldFolder& other) const {
        return device_ == other.device_ && node_ == other.node_;
    }
    [[nodiscard]] int descriptor() const { return folder_.get(); }

private:
    Descriptor folder_;
    std::string final_path_;
    dev_t device_;
    ino_t node_;
};
using HeldPointer = std::shared_ptr<const PosixHeldFolder>;

// Follows links on the way to the folder. Errors: not_found, access_denied, io_failed.
[[nodiscard]] Result<HeldPointer> open_folder(const std::string& folder);

// A file as the calls that end in "at" want it: in its held folder, or by its whole path where `held` is null.
struct PlaceOfFile {
    PlaceOfFile(const HeldPointer& held, const std::string& path);
    int folder;
    std::string name;
};

}  // namespace svcwrap::platform::posix
