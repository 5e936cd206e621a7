#pragma once
// Which part of the product sends which event, by id. Each test program provokes all of its own; together they are the
// whole table, so that no row is without a sender.
#include <set>

namespace svcwrap::testing {

inline const std::set<int> k_events_of_host{1,   2,   3,   4,   5,   6,   100, 101, 102, 103, 104, 200, 201,
                                            202, 203, 401, 402, 403, 404, 600, 601, 602, 603, 604, 900, 901};
inline const std::set<int> k_events_of_commands{50, 51, 52, 53, 400, 403};

}  // namespace svcwrap::testing
