#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "platform/process.hpp"

namespace svcwrap::config {

// Replaces each %NAME% by the variable's value, whatever the case of the name; %% is one percent sign. A name that is
// not known and a percent sign without a partner stay as they are. Values are not expanded again.
[[nodiscard]] std::string expand_variables(std::string_view text, const platform::Environment& variables);

// Sets a variable; one whose name differs in case only keeps its name and place.
void set_variable(platform::Environment& variables, std::string_view name, std::string_view value);

// Reads KEY=value lines; blank lines and those that begin with # are skipped, blanks around the name too. The value is
// all behind the first '=', as it stands: no quotes, no escapes, no expansion. A byte order mark and CRLF are fine; the
// last of several lines for a name counts. Errors: bad_config with file:line in `where`.
[[nodiscard]] Result<platform::Environment> parse_environment_file(std::string_view text, std::string_view file);

}  // namespace svcwrap::config
