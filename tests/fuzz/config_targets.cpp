#include <string>
#include <string_view>

#include "base/path.hpp"
#include "base/utf8.hpp"
#include "config/difference.hpp"
#include "config/edit.hpp"
#include "config/environment.hpp"
#include "config/exit_match.hpp"
#include "config/service_config.hpp"
#include "fuzz/demand.hpp"
#include "fuzz/targets.hpp"

namespace svcwrap::fuzz {

namespace {

const std::string k_file = k_native_path_style == PathStyle::windows ? "C:\\conf\\app.toml" : "/conf/app.toml";

}  // namespace

void parse_config(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = text_of(data, size);
    const auto config = config::parse_config(text, k_file);
    if (!config) {
        demand(!config.error().empty());
        for (const Error& error : config.error()) {
            demand(error.kind == ErrorKind::bad_config && error.where.starts_with(k_file));
            demand(is_valid_utf8(error.message) && !error.message.contains('\n'));
        }
        return;
    }
    demand(config::check_service_name(config->service.name).has_value());
    demand(is_absolute_path(config->process.executable) && is_absolute_path(config->logs.directory));
    const auto again = config::parse_config(text, k_file);
    demand(again && config::difference(*config, *again).empty());
}

void edit_config(const std::uint8_t* data, std::size_t size) {
    const std::string text(text_of(data, size));
    const auto edited = config::set_service_setting(text, "account", R"("NT AUTHORITY\\LocalService")", k_file);
    if (!edited) {
        demand(edited.error().kind == ErrorKind::bad_config);
        return;
    }
    const auto before = config::parse_config(text, k_file);
    const auto after = config::parse_config(*edited, k_file);
    if (!before) {
        return;
    }
    demand(after && after->service.account == "NT AUTHORITY\\LocalService");
    for (const config::ChangedSetting& changed : config::difference(*before, *after)) {
        demand(changed.setting->key == "service.account");
    }
}

void parse_config_values(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = text_of(data, size);
    (void)config::parse_exit_match(text);
    const auto variables = config::parse_environment_file(text, k_file);
    if (!variables) {
        demand(variables.error().kind == ErrorKind::bad_config && variables.error().where.starts_with(k_file));
        return;
    }
    for (const auto& [name, value] : *variables) {
        demand(!name.empty() && !name.contains('=') && !value.contains('\n'));
        (void)config::expand_variables(value, *variables);
    }
    // Percent signs that all have a twin are halved, and nothing else is changed.
    std::string doubled;
    for (const char c : text) {
        doubled.append(c == '%' ? 2 : 1, c);
    }
    demand(config::expand_variables(doubled, *variables) == text);
}

}  // namespace svcwrap::fuzz
