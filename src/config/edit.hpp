#pragma once
// Changes of a configuration file that leave everything else in it as its author wrote it.
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace svcwrap::config {

// The text with `key = value` in its table [service], in place of what stands there or as its first line. `value` is
// TOML. `file` stands in the errors. Whatever the edit would change beside is found out by reading both texts, and
// refused. Errors: bad_config (a text that can't be read; one without a [service] of its own, or in which the value
// takes several lines: to be edited by hand).
[[nodiscard]] Result<std::string> set_service_setting(const std::string& text, std::string_view key,
                                                      std::string_view value, const std::string& file);

}  // namespace svcwrap::config
