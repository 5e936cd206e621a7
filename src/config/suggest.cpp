#include "config/suggest.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "base/utf8.hpp"
#include "config/settings.hpp"

namespace svcwrap::config {
namespace {

constexpr std::size_t k_longest_word = 48;
constexpr std::size_t k_shortest_stem = 3;

std::string folded(std::string_view word) {
    auto out = to_lower_ascii(word);
    std::ranges::replace(out, '-', '_');
    return out;
}

std::size_t tolerance(std::string_view word) {
    return word.size() < 4 ? 1 : std::max<std::size_t>(word.size() / 3, 1);
}

std::string_view last_part(std::string_view key) {
    return key.substr(key.rfind('.') + 1);
}

// The names directly in the table: its settings and the tables in it.
std::vector<std::string_view> children(std::string_view prefix) {
    std::vector<std::string_view> names;
    for (const auto& setting : all_settings()) {
        if (!setting.key.starts_with(prefix)) continue;
        const auto rest = setting.key.substr(prefix.size());
        const auto name = rest.substr(0, rest.find('.'));
        if (!std::ranges::contains(names, name)) names.push_back(name);
    }
    return names;
}

std::size_t common_length(std::string_view a, std::string_view b) {
    return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

// The setting of another table that has exactly this name; of several the one that is nearest to `prefix`.
std::string_view elsewhere(std::string_view prefix, std::string_view key) {
    std::string_view best;
    for (const auto& setting : all_settings()) {
        if (last_part(setting.key) != key) continue;
        if (best.empty() || common_length(setting.key, prefix) > common_length(best, prefix)) best = setting.key;
    }
    return best;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    const auto x = folded(a);
    const auto y = folded(b);
    std::vector<std::size_t> before(y.size() + 1);
    std::vector<std::size_t> last(y.size() + 1);
    std::vector<std::size_t> row(y.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= x.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= y.size(); ++j) {
            const std::size_t differs = x[i - 1] == y[j - 1] ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + differs});
            const bool swapped = i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1];
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[y.size()];
}

std::string_view closest(std::string_view word, std::span<const std::string_view> words) {
    if (word.size() > k_longest_word || word.empty()) return {};
    std::string_view best;
    auto best_distance = tolerance(word) + 1;
    for (const auto candidate : words) {
        const auto common = common_length(folded(candidate), folded(word));
        const bool stem = common >= std::max(k_shortest_stem, word.size() - 1);
        const auto distance = stem ? 1 : edit_distance(word, candidate);
        if (distance >= best_distance) continue;
        best = candidate;
        best_distance = distance;
    }
    return best;
}

std::string suggest_key(std::string_view prefix, std::string_view key) {
    if (const auto other = elsewhere(prefix, folded(key)); !other.empty()) return std::string(other);
    const auto similar = closest(key, children(prefix));
    if (!similar.empty()) return std::string(prefix).append(similar);
    std::vector<std::string_view> keys;
    for (const auto& setting : all_settings()) keys.push_back(last_part(setting.key));
    return std::string(elsewhere(prefix, closest(key, keys)));
}

std::string names_in(std::string_view prefix) {
    std::string out;
    for (const auto name : children(prefix)) out.append(out.empty() ? "" : ", ").append(name);
    return out;
}

}  // namespace svcwrap::config
