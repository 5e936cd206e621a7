#pragma once
// Settings drawn by chance, ordinary and extreme.
#include "random.hpp"
#include "supervise/options.hpp"

namespace svcwrap::simulation {

[[nodiscard]] supervise::Options draw_options(Random& random);

}  // namespace svcwrap::simulation
