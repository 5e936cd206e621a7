#pragma once
// How full the volume of the logs is, with marks that are left again only a little below where they were reached.
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "logs/options.hpp"
#include "logs/report.hpp"
#include "platform/file_system.hpp"
#include "platform/system.hpp"

namespace svcwrap::logs {

enum class DiskLevel : std::uint8_t { normal, warn, compress, prune, stop };

// In tenths of a percent of what the volume holds.
using PerMille = unsigned;
inline constexpr PerMille k_disk_slack = 20;
inline constexpr Duration k_disk_check_interval = std::chrono::seconds(30);

[[nodiscard]] PerMille used_part(const platform::DiskSpace& space);
// The highest level whose mark is reached, or was and is not left yet. Pure.
[[nodiscard]] DiskLevel next_disk_level(DiskLevel before, PerMille used, const DiskOptions& marks);

// One volume, shared by the streams that write to it: it is measured once in k_disk_check_interval, and a change of
// level is told once. Thread-safe.
class DiskWatch {
public:
    DiskWatch(platform::FileSystem& files, platform::Clock& clock, std::string folder, Complain complain);

    // The level now; measures if it is time to, or if `at_once`. A volume that can't be asked keeps its level.
    DiskLevel check(const DiskOptions& marks, bool at_once = false);
    [[nodiscard]] DiskLevel level() const;
    // When check() will measure again.
    [[nodiscard]] TimePoint next_check() const;

private:
    void tell(DiskLevel before, PerMille used, const DiskOptions& marks) const;

    platform::FileSystem& files_;
    platform::Clock& clock_;
    const std::string folder_;
    const Complain complain_;
    mutable std::mutex mutex_;
    DiskLevel level_ = DiskLevel::normal;
    TimePoint next_check_{};
};

}  // namespace svcwrap::logs
