#pragma once
// Boost as a linked library. Asio and Process have no versions of their own in it.
#include <boost/asio/io_context.hpp>

#include <format>

#include "base/library.hpp"

namespace svcwrap::platform {

// boost/version.hpp: BOOST_VERSION is major * 100000 + minor * 100 + patch.
[[nodiscard]] inline Library boost_library() {
    return {.name = "Boost (Asio, Process)",
            .version = std::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100),
            .licence = "BSL-1.0"};
}

}  // namespace svcwrap::platform
