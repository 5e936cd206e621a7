#include <algorithm>
#include <atomic>
#include <chrono>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "app/commands.hpp"
#include "app/logs_plan.hpp"
#include "app/logs_reading.hpp"
#include "app/logs_text.hpp"

namespace svcwrap::app {

using platform::StandardStream;

namespace {

// Well below what a person notices, and still no load.
constexpr Duration k_poll_interval{100};
constexpr std::size_t k_block_size = std::size_t{64} * 1024;

class LogsCommand {
public:
    LogsCommand(const AppParts& parts, const LogsRequest& request, const LogsPlan& plan)
        : parts_(parts),
          request_(request),
          plan_(plan),
          reading_(parts, plan),
          on_terminal_(parts.is_terminal(StandardStream::output)),
          in_series_(plan.parts.size() > 1 && !std::ranges::all_of(plan.parts, has_times)) {}

    [[nodiscard]] Status run() {
        const auto watch =
            request_.follow ? parts_.watch_console([this](platform::ConsoleRequest) { over_ = true; }) : nullptr;
        if (auto begun = reading_.begin(request_.follow); !begun) return begun;
        if (auto shown = show(); !shown || !request_.follow) return shown;
        while (!over_ && has_readers_) {
            parts_.clock.sleep(k_poll_interval);
            if (auto polled = reading_.poll([this] { return show(); }); !polled) return polled;
            if (auto shown = show(); !shown) return shown;
        }
        return {};
    }

    [[nodiscard]] bool has_shown() const { return has_shown_; }
    [[nodiscard]] logs::UnreadFiles unread() const { return reading_.unread(); }

private:
    // All lines that are there.
    [[nodiscard]] Status show() {
        while (has_readers_) {
            auto line = reading_.next();
            if (!line) return std::unexpected(line.error());
            if (!*line) break;
            add(**line);
            if (waiting_.size() >= k_block_size) write();
        }
        write();
        return {};
    }

    void add(const LogLine& line) {
        if (in_series_ && !request_.json && line.part != last_part_) {
            waiting_ += (last_part_ == nullptr ? "" : "\n") + ("==> " + line.part->stream) + " <==\n";
            last_part_ = line.part;
        }
        waiting_ += request_.json ? json_of(line, plan_.name) : text_of(line);
        has_shown_ = true;
    }

    // Nobody may read it any more, as after `| head`: that ends the command, and is no error.
    void write() {
        if (waiting_.empty()) return;
        if (on_terminal_) {
            parts_.write(StandardStream::output, for_terminal(waiting_));
        } else {
            has_readers_ = parts_.write_bytes(std::as_bytes(std::span(waiting_))).has_value();
        }
        waiting_.clear();
    }

    const AppParts& parts_;
    const LogsRequest& request_;
    const LogsPlan& plan_;
    LogReading reading_;
    const bool on_terminal_;
    const bool in_series_;  // lines of several files that can't be put in order: each says where it comes from
    std::atomic<bool> over_ = false;
    bool has_readers_ = true;
    bool has_shown_ = false;
    const LogPart* last_part_ = nullptr;
    std::string waiting_;
};

// A folder of the service is for administrators.
Error explained(Error error, const std::string& name) {
    error = with_context(std::move(error), "read the logs of " + name);
    if (error.kind == ErrorKind::access_denied) {
        error.remedy = "Open an elevated prompt (\"Run as administrator\") and repeat the command.";
    }
    return error;
}

Result<std::vector<std::string>> files_of(const AppParts& parts, const LogsPlan& plan) {
    std::vector<std::string> all;
    for (const LogPart& part : plan.parts) {
        const auto files = logs::list_log_files(parts.files, part.folder, part.stream, part.filter);
        if (!files) return std::unexpected(explained(files.error(), plan.name));
        all.insert(all.end(), files->begin(), files->end());
    }
    return all;
}

Outcome show_paths(const AppParts& parts, const LogsPlan& plan) {
    const auto files = files_of(parts, plan);
    if (!files) return std::unexpected(files.error());
    std::string text;
    for (const std::string& file : *files) text += file + "\n";
    return Answer{.text = std::move(text),
                  .warnings = {},
                  .json = JsonObject{{"ok", true},
                                     {"command", "logs"},
                                     {"name", plan.name},
                                     {"files", JsonArray(files->begin(), files->end())}}};
}

// What standard output must not be mixed with.
void tell(const AppParts& parts, const std::string& text) {
    if (!text.empty()) parts.write(StandardStream::error, text);
}

std::string note_on_emptiness(const AppParts& parts, const LogsPlan& plan) {
    const auto has_written = [&](const LogPart& part) {
        const auto files = logs::list_log_files(parts.files, part.folder, part.stream);
        return !files || !files->empty();
    };
    if (std::ranges::any_of(plan.parts, has_written)) return {};
    return "svcwrap: " + plan.name + " has written nothing yet\n";
}

std::string note_on_unread(const logs::UnreadFiles& unread) {
    if (unread.count == 0) return {};
    const std::string others = unread.count > 1 ? " and " + std::to_string(unread.count - 1) + " more" : std::string();
    return "svcwrap: of " + unread.first + others + " only the beginning is shown: " + to_text(*unread.trouble) + "\n";
}

}  // namespace

Outcome show_logs(const AppParts& parts, const LogsRequest& request) {
    const auto plan = plan_logs(parts, request);
    if (!plan) return std::unexpected(plan.error());
    tell(parts, plan->note);
    if (request.paths) return show_paths(parts, *plan);
    LogsCommand command(parts, request, *plan);
    if (const Status done = command.run(); !done) return std::unexpected(explained(done.error(), plan->name));
    if (!command.has_shown()) tell(parts, note_on_emptiness(parts, *plan));
    tell(parts, note_on_unread(command.unread()));
    return Answer{.text = {}, .warnings = {}, .json = {}, .exit_status = 0, .is_printed = true};
}

}  // namespace svcwrap::app
