#include "app/status_watch.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <utility>

#include "app/output.hpp"
#include "base/exit_status.hpp"
#include "base/json.hpp"

namespace svcwrap::app {

using platform::StandardStream;

namespace {

constexpr Duration k_look_interval = std::chrono::seconds(1);
// How late Ctrl-C may be noticed.
constexpr Duration k_nap = std::chrono::milliseconds(100);
// The cursor to the upper left corner, and everything behind it is cleared (Console documentation, virtual terminal
// sequences).
constexpr std::string_view k_home = "\x1b[H\x1b[J";

// What counts as a change: everything but what moves by itself.
std::string signature_of(ServiceView view) {
    view.last_lines.clear();
    if (view.published) {
        for (host::PublishedLog& log : view.published->logs)
            log = {.stream = log.stream, .path = log.path, .rotations = log.rotations, .lost_bytes = log.lost_bytes};
    }
    return to_json_text(to_json(view, WallTime{}));
}

class StatusWatch {
public:
    StatusWatch(const AppParts& parts, const StatusRequest& request)
        : parts_(parts), request_(request), redraws_(!request.json && parts.is_terminal(StandardStream::output)) {}

    [[nodiscard]] Outcome run() {
        const auto watch = parts_.watch_console([this](platform::ConsoleRequest) { over_ = true; });
        do {
            const auto views = look();
            if (!views && was_removed(views.error())) return end_of_removed();
            if (!views) return std::unexpected(views.error());
            show(*views);
            looked_ = true;
            if (!request_.name.empty()) exit_status_ = status_of(views->front());
        } while (wait());
        return answer();
    }

private:
    [[nodiscard]] Answer answer() const {
        return Answer{.text = {}, .warnings = {}, .json = {}, .exit_status = exit_status_, .is_printed = true};
    }

    // A service that was never there is an error.
    [[nodiscard]] bool was_removed(const Error& error) const {
        return looked_ && !request_.name.empty() && error.kind == ErrorKind::not_found;
    }

    [[nodiscard]] Answer end_of_removed() {
        tell_removed(name_, parts_.clock.wall_now());
        exit_status_ = exit_status_of(ErrorKind::not_found);
        return answer();
    }

    [[nodiscard]] Result<std::vector<ServiceView>> look() const {
        if (request_.name.empty()) return load_all_views(parts_);
        auto view = load_view(parts_, request_.name);
        if (!view) return std::unexpected(view.error());
        std::vector<ServiceView> views;
        views.push_back(*std::move(view));
        return views;
    }

    void show(const std::vector<ServiceView>& views) {
        const WallTime now = parts_.clock.wall_now();
        if (!request_.name.empty()) name_ = views.front().name;
        if (redraws_) return draw(views, now);
        std::map<std::string, std::string> seen;
        for (const ServiceView& view : views) {
            std::string signature = signature_of(view);
            if (seen_[view.name] != signature) tell(view, now);
            seen[view.name] = std::move(signature);
        }
        for (const auto& [name, signature] : seen_) {
            if (seen.contains(name)) continue;
            if (is_gone(name)) {
                tell_removed(name, now);
            } else {
                seen[name] = signature;
            }
        }
        seen_ = std::move(seen);
    }

    void draw(const std::vector<ServiceView>& views, WallTime now) const {
        const std::string body = request_.name.empty() ? table_of(views, now) : text_of(views.front(), now);
        parts_.write(StandardStream::output,
                     std::string(k_home) + body + "\n" + to_iso8601(now) + "  (Ctrl-C ends this)\n");
    }

    void tell(const ServiceView& view, WallTime now) const {
        parts_.write(StandardStream::output,
                     request_.json ? to_json_text(to_json(view, now)) + "\n" : change_line(view, now));
    }

    void tell_removed(const std::string& name, WallTime now) const {
        const Json gone = JsonObject{{"name", name}, {"state", nullptr}, {"up", false}};
        parts_.write(StandardStream::output,
                     request_.json ? to_json_text(gone) + "\n" : to_iso8601(now) + "  " + name + ": removed\n");
    }

    // A service that could not be read this time is no removed one.
    [[nodiscard]] bool is_gone(const std::string& name) const {
        const auto found = find_registration(parts_, name);
        return !found && found.error().kind == ErrorKind::not_found;
    }

    // False when it is over.
    [[nodiscard]] bool wait() const {
        for (Duration waited{}; waited < k_look_interval; waited += k_nap) {
            if (over_) return false;
            parts_.clock.sleep(k_nap);
        }
        return !over_;
    }

    const AppParts& parts_;
    const StatusRequest& request_;
    bool redraws_;
    std::atomic<bool> over_ = false;
    std::map<std::string, std::string> seen_;  // signatures by name
    std::string name_;                         // of the one that is watched, as it is registered
    bool looked_ = false;
    int exit_status_ = 0;
};

}  // namespace

Outcome watch_status(const AppParts& parts, const StatusRequest& request) {
    return StatusWatch(parts, request).run();
}

}  // namespace svcwrap::app
