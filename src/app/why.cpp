#include <utility>

#include "app/commands.hpp"
#include "app/diagnosis.hpp"
#include "app/output.hpp"
#include "base/printable.hpp"
#include "config/service_config.hpp"

namespace svcwrap::app {

namespace {

constexpr std::uint32_t k_marked_for_deletion = 1072;  // winerror.h

// Only what is wrong with the text counts: whether this prompt may read the file is another matter.
std::vector<Error> errors_of(const AppParts& parts, const std::string& file) {
    auto config = config::load_config(parts.files, file);
    if (config) return {};
    std::erase_if(config.error(), [](const Error& error) {
        return error.kind != ErrorKind::bad_config && error.kind != ErrorKind::not_found;
    });
    return std::move(config.error());
}

Facts collect(const AppParts& parts, ServiceView view) {
    Facts facts{.view = std::move(view), .now = parts.clock.wall_now()};
    facts.history = host::read_history(parts.files, history_file_in(parts, facts.view.name))
                        .value_or(std::vector<host::RunRecord>());
    facts.config_errors = errors_of(parts, facts.view.registration.image.config_file);
    if (facts.view.published && !facts.view.published->program.empty())
        facts.program_is_visible = platform::exists(parts.files, facts.view.published->program);
    return facts;
}

// What stands below a label, in one column.
std::string column(std::string_view label, const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        std::size_t begin = 0;
        while (begin <= line.size()) {
            const std::size_t end = std::min(line.find('\n', begin), line.size());
            const std::size_t first = line.find_first_not_of(' ', begin);
            const std::string part = first < end ? printable(line.substr(first, end - first)) : std::string();
            text += text.empty() ? field(label, part) : std::string(16, ' ') + part + "\n";
            begin = end + 1;
        }
    }
    return text;
}

std::string text_of(const Diagnosis& diagnosis) {
    std::string text = diagnosis.summary + "\n";
    if (!diagnosis.cause.empty()) text += column("cause", {diagnosis.cause});
    text += column("evidence", diagnosis.evidence);
    if (!diagnosis.remedy.empty()) text += column("what to do", {diagnosis.remedy});
    return text;
}

Answer answer_for(const Facts& facts) {
    const Diagnosis diagnosis = diagnose(facts);
    return Answer{.text = text_of(diagnosis),
                  .warnings = {},
                  .json = JsonObject{{"ok", true},
                                     {"command", "why"},
                                     {"name", facts.view.name},
                                     {"is_problem", diagnosis.is_problem},
                                     {"diagnosis", to_json(diagnosis)}}};
}

}  // namespace

Outcome why(const AppParts& parts, const WhyRequest& request) {
    auto view = load_view(parts, request.name);
    if (view) return answer_for(collect(parts, *std::move(view)));
    if (view.error().os_code != k_marked_for_deletion) return std::unexpected(view.error());
    Facts facts;
    facts.view.name = request.name;
    facts.refused = k_marked_for_deletion;
    return answer_for(facts);
}

}  // namespace svcwrap::app
