#pragma once
// The table of supervisor.hpp as data. Inside of the room; tests look at it too.
#include <cstddef>
#include <string_view>

#include "supervise/supervisor.hpp"

namespace svcwrap::supervise {

// One call of Supervisor::handle: what came in, and what goes out.
struct Turn {
    const Event& event;
    TimePoint now;
    double chance = 0;
    Actions actions;
};

struct Cell {
    std::string_view name;
    void (*act)(Supervisor&, Turn&) = nullptr;
};

// `row` is Event::index().
[[nodiscard]] const Cell& cell_of(std::size_t row, State state);

inline constexpr std::string_view k_nothing = "-";
inline constexpr std::string_view k_bug = "bug";

}  // namespace svcwrap::supervise
