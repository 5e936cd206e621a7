#pragma once
// A file system in memory, with faults on demand. Paths of either style: '\' counts as '/'. Thread-safe.
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "platform/file_system.hpp"
#include "support/fake_clock.hpp"

namespace svcwrap::testing {

// Every call that can fail.
enum class Operation : std::uint8_t {
    open_append,
    append_write,
    append_size,
    append_rename,
    append_flush,
    open_read,
    read_at,
    read_size,
    read_text,
    write_whole,
    stat,
    list,
    rename,
    remove_file,
    remove_folder,
    make_folders,
    make_private_folder,
    disk_space,
    hold_folder,
};
inline constexpr std::size_t k_operation_count = 19;
[[nodiscard]] std::string_view name_of(Operation operation);

struct FileCall {
    Operation operation;
    std::string path;
    std::size_t number;  // of all calls, from 1
};

// Errors as Windows would report them.
[[nodiscard]] Error disk_full_error(const std::string& path);          // 112
[[nodiscard]] Error access_denied_error(const std::string& path);      // 5
[[nodiscard]] Error sharing_violation_error(const std::string& path);  // 32
[[nodiscard]] Error device_gone_error(const std::string& path);        // 55

class FakeFileSystem final : public platform::FileSystem {
public:
    // Files get their time of modification from the clock, which outlives this.
    explicit FakeFileSystem(const FakeClock& clock) : clock_(clock) {}

    // ---- faults ----
    using Fault = std::function<std::optional<Error>(const FileCall&)>;
    // Asked before every call; an error that it returns is the result of the call, and nothing happens.
    void set_fault(Fault fault);
    void fail_call_number(std::size_t number, Error error);
    void fail_every(Operation operation, Error error);  // adds to what fails already
    void fail_next(Operation operation, std::size_t times, Error error);
    void heal();  // ends all faults of the four calls above
    // A write takes at most so many bytes at a time.
    void set_longest_write(std::size_t bytes);
    // Bytes that still fit on the disk; writes take what fits, then fail with "disk full". Removing files frees room.
    void set_disk_room(std::optional<std::uint64_t> bytes);
    // A program that reads the file without sharing it for deletion: renaming and removing it fails with 32.
    void hold_file(const std::string& path, bool held = true);
    // The handles that are open now fail from now on, as when a volume or a share went away for a moment.
    void spoil_open_handles();
    // Calls of that kind block until release() or resume_all().
    void stall(Operation operation);
    void resume_all();
    [[nodiscard]] std::size_t stalled_calls() const;

    // ---- what is on the disk ----
    // The extra accounts of private folders: "account:read" or "account:modify" by path.
    [[nodiscard]] const std::map<std::string, std::string>& guests() const { return guests_; }
    void put(const std::string& path, std::string_view bytes);
    void put_link(const std::string& path);
    // From now on the path leads there: what hold_folder() says of it. The files stay where they are.
    void lead_folder(const std::string& folder, const std::string& final_path);
    [[nodiscard]] bool is_held(const std::string& folder) const;
    void set_modified(const std::string& path, WallTime time);
    // From now on the folder says this size of the file, whatever it has by a handle: as network shares do for a while.
    void set_folder_behind(const std::string& path, ByteSize size);
    [[nodiscard]] bool has(const std::string& path) const;
    [[nodiscard]] std::string contents(const std::string& path) const;                 // empty if there is none
    [[nodiscard]] std::vector<std::string> names_in(const std::string& folder) const;  // sorted
    void erase(const std::string& path);  // as another program would: an open file lives on without a name
    [[nodiscard]] std::vector<FileCall> calls() const;
    [[nodiscard]] std::size_t count(Operation operation) const;

    // ---- FileSystem ----
    Result<std::unique_ptr<platform::AppendFile>> open_append(const std::string& path) override;
    Result<std::unique_ptr<platform::ReadFile>> open_read(const std::string& path) override;
    Result<std::string> read_text(const std::string& path, ByteSize limit) override;
    Status write_whole(const std::string& path, std::string_view bytes) override;
    Result<platform::DirectoryEntry> stat(const std::string& path) override;
    Result<std::vector<platform::DirectoryEntry>> list(const std::string& folder) override;
    Status rename(const std::string& from, const std::string& to) override;
    Status remove_file(const std::string& path) override;
    Status remove_folder(const std::string& path) override;
    Status make_folders(const std::string& path) override;
    Status make_private_folder(const std::string& path, const std::string& extra_account,
                               platform::FolderRight right) override;
    Result<std::shared_ptr<const platform::HeldFolder>> hold_folder(const std::string& folder) override;
    Result<platform::DiskSpace> disk_space(const std::string& folder) override;

private:
    std::map<std::string, std::string> guests_;
    friend class FakeAppendFile;
    friend class FakeReadFile;
    struct Node {
        std::string path;  // empty once it was removed
        std::string bytes;
        platform::FileType type = platform::FileType::file;
        WallTime modified{};
        bool held = false;
        bool open_for_append = false;
        std::size_t generation = 0;  // handles of an older one are spoilt
    };
    using NodePointer = std::shared_ptr<Node>;
    using Lock = std::unique_lock<std::mutex>;

    [[nodiscard]] std::optional<Error> enter(Lock& lock, Operation operation, const std::string& path);
    [[nodiscard]] NodePointer find(const std::string& path) const;
    [[nodiscard]] bool is_folder(const std::string& path) const;
    [[nodiscard]] NodePointer make_node(const std::string& path);
    Status move_node(const NodePointer& node, const std::string& to);
    Result<std::size_t> append(Node& node, std::span<const std::byte> bytes);

    const FakeClock& clock_;
    mutable std::mutex mutex_;
    std::condition_variable resumed_;
    std::map<std::string, NodePointer> nodes_;
    std::set<std::string> folders_;
    std::map<std::string, std::string> leads_;  // final paths of folders that are links
    std::map<std::string, std::weak_ptr<const platform::HeldFolder>> holds_;
    std::map<std::string, ByteSize> sizes_of_old_;  // as folders say that are behind
    std::vector<Fault> faults_;
    std::vector<FileCall> calls_;
    std::set<Operation> stalled_;
    std::size_t stalled_calls_ = 0;
    std::size_t longest_write_ = static_cast<std::size_t>(-1);
    std::optional<std::uint64_t> room_;
    std::size_t generation_ = 0;
};

}  // namespace svcwrap::testing
