#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "config/settings.hpp"

namespace svcwrap::config {
namespace {

constexpr std::string_view k_introduction =
    "# All settings of svcwrap with their defaults. Made from the program's own table of settings; do not edit.\n"
    "# Durations: \"250ms\", \"90s\", \"1h30m\", \"7d\", \"never\". Sizes: \"10 MiB\", \"500 kB\", \"0\".\n"
    "# Takes effect: live = with `svcwrap reload`; next start = after it when the program is next started;\n"
    "# reinstall = with `svcwrap install NAME --update`.\n";

struct TableHelp {
    std::string_view table;
    std::string_view help;
};
constexpr std::array k_tables{
    TableHelp{"service", "What the Service Control Manager knows."},
    TableHelp{"process", "The program that is supervised."},
    TableHelp{"process.environment", "More environment variables."},
    TableHelp{"start", "Starting the program."},
    TableHelp{"stop", "Stopping the program."},
    TableHelp{"restart", "What happens when the program ends by itself."},
    TableHelp{"hooks.pre_start",
              "Hooks: programs that are run at moments of a run's life; what they write goes to the journal."},
    TableHelp{"hooks.post_start", "The next moment, with the same settings."},
    TableHelp{"hooks.pre_stop", "Its time comes on top of that of the stop steps."},
    TableHelp{"hooks.post_stop", "The next start waits for its end."},
    TableHelp{"hooks.on_failure", "To tell somebody, for example."},
    TableHelp{"hooks.on_give_up", "To tell somebody who can help, for example."},
    TableHelp{"hooks.on_rotate", "To take the file away, for example; one run at a time, at most 64 wait."},
    TableHelp{"logs", "The program's output."},
    TableHelp{"logs.rotate", "When a new log file is begun."},
    TableHelp{"logs.keep", "How many rotated files stay."},
    TableHelp{"logs.disk", "How full the volume of the logs may be; a mark is left again 2 % below it."},
    TableHelp{"limits", "What the program and all its children may use, kept by a job object."},
};

std::string_view name_part(std::string_view key) {
    return key.substr(key.rfind('.') + 1);
}

std::string_view table_part(std::string_view key) {
    const auto point = key.rfind('.');
    return point == std::string_view::npos ? std::string_view() : key.substr(0, point);
}

std::string_view words(ReloadClass reload) {
    switch (reload) {
        case ReloadClass::live:
            return "live";
        case ReloadClass::next_start:
            return "next start";
        default:
            return "reinstall";
    }
}

void append_comments(std::string& out, const Setting& setting, std::string_view indent) {
    out.append("# ").append(indent).append(setting.help).append(".\n");
    out.append("# ").append(indent).append("(").append(name_of(setting.type));
    if (!setting.allowed.empty()) out.append("; ").append(setting.allowed);
    out.append("; takes effect: ").append(words(setting.reload)).append(")\n");
}

void append_assignment(std::string& out, const Setting& setting, std::string_view lead) {
    const auto value = setting.fallback.empty() ? setting.example : setting.fallback;
    out.append(lead).append(name_part(setting.key)).append(" = ").append(value).append("\n");
}

std::string& append_header(std::string& out, std::string_view table) {
    const auto* at = std::ranges::find(k_tables, table, &TableHelp::table);
    return out.append("\n# ").append(at->help).append("\n[").append(table).append("]\n");
}

bool is_required(const Setting& setting) {
    return setting.key == "service.name" || setting.key == "process.executable";
}

// An optional setting without a default is shown, but as a comment.
void append_setting(std::string& out, const Setting& setting) {
    if (setting.type == SettingType::text_table) {
        append_header(out, setting.key);
        append_comments(out, setting, "");
        out.append("# ").append(setting.example).append("\n");
        return;
    }
    append_comments(out, setting, "");
    if (setting.type == SettingType::rule_list) {
        out.append("# [[").append(setting.key).append("]]\n");
    } else {
        append_assignment(out, setting, setting.fallback.empty() && !is_required(setting) ? "# " : "");
    }
}

void append_item_setting(std::string& out, const Setting& setting) {
    append_comments(out, setting, "  ");
    append_assignment(out, setting, "#   ");
}

// Text with a backslash before each of the characters.
std::string escaped(std::string_view text, std::string_view characters) {
    std::string out;
    for (const char c : text) {
        if (characters.contains(c)) out += '\\';
        out += c;
    }
    return out;
}

// A cell of a Markdown table.
std::string cell(std::string_view text) {
    return escaped(text, "|\\<>*_");
}

std::string code_cell(std::string_view text) {
    return text.empty() ? "" : "`" + escaped(text, "|") + "`";
}

}  // namespace

std::string render_reference() {
    std::string out(k_introduction);
    std::string_view table;
    for (const auto& setting : all_settings()) {
        const auto its_table = table_part(setting.key);
        if (is_of_item(setting)) {
            append_item_setting(out, setting);
            continue;
        }
        if (setting.type != SettingType::text_table) {
            its_table == table ? out += '\n' : append_header(out, its_table);
        }
        table = its_table;
        append_setting(out, setting);
    }
    return out;
}

std::string render_settings_table() {
    std::string out = "| Setting | Type | Default | Allowed | Takes effect | Meaning |\n|---|---|---|---|---|---|\n";
    for (const auto& setting : all_settings()) {
        out.append("| `").append(setting.key).append("` | ").append(name_of(setting.type)).append(" | ");
        out.append(is_required(setting) ? "required" : code_cell(setting.fallback)).append(" | ");
        out.append(cell(setting.allowed)).append(" | ").append(words(setting.reload)).append(" | ");
        out.append(cell(setting.help)).append(" |\n");
    }
    return out;
}

}  // namespace svcwrap::config
