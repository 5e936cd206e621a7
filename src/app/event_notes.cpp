#include "app/event_notes.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "app/image_path.hpp"
#include "base/utf8.hpp"

namespace svcwrap::app {

std::string note_event(const AppParts& parts, host::EventId id, const std::string& service,
                       std::initializer_list<std::string_view> values) {
    std::vector<std::string_view> all{service};
    all.insert(all.end(), values);
    const Status taken = parts.events->report(
        {.id = std::to_underlying(id), .level = host::kind_of(id).level, .text = host::format_event(id, all)});
    return taken ? std::string() : "The Event Log did not take the news: " + to_text(taken.error());
}

bool has_other_services(const AppParts& parts, const std::string& name) {
    const auto services = parts.services.list();
    if (!services) return true;  // nobody knows: what may still be needed stays
    return std::ranges::any_of(*services, [&](const platform::ServiceSummary& service) {
        if (equals_ignoring_case(service.name, name)) return false;
        const auto configuration = parts.services.configuration(service.name);
        return configuration && parse_image_path(configuration->command_line);
    });
}

}  // namespace svcwrap::app
