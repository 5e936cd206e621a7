// Watching by FindFirstChangeNotification.
#include <array>
#include <cstdint>
#include <exception>
#include <thread>

#include "base/path.hpp"
#include "platform/native.hpp"
#include "platform/win32/wide.hpp"

namespace svcwrap::platform {

namespace {

using namespace win32;

// Changes come in bursts; and a log in the same folder that is written all the time must not keep us busy.
constexpr DWORD k_burst_ms = 100;
// When the folder itself is gone, it is looked for so often.
constexpr DWORD k_folder_gone_ms = 2000;

struct ChangeTraits {
    using type = HANDLE;
    static void close(type value) { FindCloseChangeNotification(value); }
    static bool is_open(type value) { return KernelTraits::is_open(value); }
};
using ChangeHandle = Handle<ChangeTraits>;

ChangeHandle watch_folder(const std::wstring& folder) {
    constexpr DWORD k_what = FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_SIZE | FILE_NOTIFY_CHANGE_LAST_WRITE;
    return ChangeHandle(FindFirstChangeNotificationW(folder.c_str(), FALSE, k_what));
}

// What tells one state of a file from another. By handle: the folder's entry for a file is brought up to date late.
struct FileState {
    DWORD error = ERROR_SUCCESS;  // why the file can't be seen
    std::uint64_t id = 0;
    std::int64_t written = 0;
    std::int64_t changed = 0;
    std::int64_t size = 0;
    bool operator==(const FileState&) const = default;
};

FileState state_of(const std::wstring& path) {
    const KernelHandle file(CreateFileW(path.c_str(), FILE_READ_ATTRIBUTES,
                                        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
                                        FILE_FLAG_BACKUP_SEMANTICS, nullptr));
    if (!file.is_open()) {
        return {.error = GetLastError()};
    }
    FILE_BASIC_INFO times{};
    FILE_STANDARD_INFO sizes{};
    BY_HANDLE_FILE_INFORMATION names{};
    GetFileInformationByHandleEx(file.get(), FileBasicInfo, &times, sizeof times);
    GetFileInformationByHandleEx(file.get(), FileStandardInfo, &sizes, sizeof sizes);
    GetFileInformationByHandle(file.get(), &names);
    return {.error = ERROR_SUCCESS,
            .id = (std::uint64_t{names.nFileIndexHigh} << 32U) | names.nFileIndexLow,
            .written = times.LastWriteTime.QuadPart,
            .changed = times.ChangeTime.QuadPart,
            .size = sizes.EndOfFile.QuadPart};
}

class WindowsFileWatch final : public FileWatch {
public:
    WindowsFileWatch(ChangeHandle changes, KernelHandle stop, const std::string& path, std::function<void()> changed)
        : changes_(std::move(changes)),
          stop_(std::move(stop)),
          folder_(to_native_path(parent_path(path))),
          path_(to_native_path(path)),
          state_(state_of(path_)),
          changed_(std::move(changed)) {
        thread_ = std::thread([this] { follow(); });
    }

    ~WindowsFileWatch() override {
        SetEvent(stop_.get());
        thread_.join();
    }

private:
    void follow() {
        while (wait_for_change()) {
            FileState state = state_of(path_);
            if (state != state_) {
                state_ = state;
                tell();
            }
        }
    }

    // No exception may leave the thread.
    void tell() const {
        try {
            changed_();
        } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): out of memory; the next change is told
        }
    }

    // False when the watch ends.
    bool wait_for_change() {
        if (!changes_.is_open()) {
            return look_for_folder();
        }
        const std::array handles{stop_.get(), changes_.get()};
        const DWORD which = WaitForMultipleObjects(2, handles.data(), FALSE, INFINITE);
        if (which != WAIT_OBJECT_0 + 1 || WaitForSingleObject(stop_.get(), k_burst_ms) != WAIT_TIMEOUT) {
            return false;
        }
        if (FindNextChangeNotification(changes_.get()) == 0) {
            changes_.reset();
        }
        return true;
    }

    bool look_for_folder() {
        if (WaitForSingleObject(stop_.get(), k_folder_gone_ms) != WAIT_TIMEOUT) {
            return false;
        }
        changes_ = watch_folder(folder_);
        return true;
    }

    ChangeHandle changes_;
    KernelHandle stop_;
    std::wstring folder_;
    std::wstring path_;
    FileState state_;
    std::function<void()> changed_;
    std::thread thread_;
};

class WindowsFileWatcher final : public FileWatcher {
public:
    Result<std::unique_ptr<FileWatch>> watch(const std::string& path, std::function<void()> changed) override {
        ChangeHandle changes = watch_folder(to_native_path(parent_path(path)));
        if (!changes.is_open()) {
            return fail_file("watch the folder of", path, GetLastError());
        }
        KernelHandle stop(CreateEventW(nullptr, TRUE, FALSE, nullptr));
        if (!stop.is_open()) {
            return fail_file("watch", path, GetLastError());
        }
        try {
            return std::make_unique<WindowsFileWatch>(std::move(changes), std::move(stop), path, std::move(changed));
        } catch (const std::exception& failure) {
            return fail(ErrorKind::io_failed, "cannot watch " + path + ": " + failure.what());
        }
    }
};

}  // namespace

std::unique_ptr<FileWatcher> make_file_watcher() {
    return std::make_unique<WindowsFileWatcher>();
}

}  // namespace svcwrap::platform
