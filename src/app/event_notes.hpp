#pragma once
// What commands say in the Event Log. A log that fails changes nothing but a line for the user.
#include <initializer_list>
#include <string>
#include <string_view>

#include "app/parts.hpp"
#include "host/events.hpp"

namespace svcwrap::app {

// `values` fill the text behind the service's name. Blocks on the event service. An empty result if it was taken, else
// why not, in words.
[[nodiscard]] std::string note_event(const AppParts& parts, host::EventId id, const std::string& service,
                                     std::initializer_list<std::string_view> values);

// Whether svcwrap has a service besides this one: the source of its events stays as long.
[[nodiscard]] bool has_other_services(const AppParts& parts, const std::string& name);

}  // namespace svcwrap::app
