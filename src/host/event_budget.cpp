#include "host/event_budget.hpp"

#include <algorithm>
#include <utility>

namespace svcwrap::host {

std::optional<std::uint64_t> EventBudget::admit(EventId id, TimePoint now) {
    auto [found, is_new] = buckets_.try_emplace(id, Bucket{.credit = rate_.refill, .last = now});
    Bucket& bucket = found->second;
    const Duration passed = std::clamp(now - bucket.last, Duration::zero(), rate_.refill);
    bucket.credit = std::min(rate_.refill, bucket.credit + passed);
    bucket.last = now;
    const Duration price = rate_.refill / std::max(1U, rate_.burst);
    if (bucket.credit < price) {
        ++bucket.left_out;
        return std::nullopt;
    }
    bucket.credit -= price;
    return std::exchange(bucket.left_out, 0);
}

std::uint64_t EventBudget::take_untold() {
    std::uint64_t sum = 0;
    for (auto& [id, bucket] : buckets_) sum += std::exchange(bucket.left_out, 0);
    return sum;
}

}  // namespace svcwrap::host
