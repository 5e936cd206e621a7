#pragma once
// The command line in a world of fakes: its own disk, clock, machine and Service Control Manager.
#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/image_path.hpp"
#include "app/service_view.hpp"
#include "base/exit_status.hpp"
#include "base/json.hpp"
#include "base/path.hpp"
#include "host/control_protocol.hpp"
#include "host/published_state.hpp"
#include "host/run_history.hpp"
#include "support/fake_access_control.hpp"
#include "support/fake_accounts.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_control_channel.hpp"
#include "support/fake_event_log.hpp"
#include "support/fake_file_system.hpp"
#include "support/fake_file_watcher.hpp"
#include "support/fake_launcher.hpp"
#include "support/fake_service_manager.hpp"

namespace svcwrap::testing {

// An absolute path of the system at hand: at("apps/my app.exe").
[[nodiscard]] inline std::string at(const std::string& path) {
    return normalize_path(k_native_path_style == PathStyle::windows ? "C:\\" + path : "/" + path);
}

constexpr std::uint32_t k_wrapper = 1200;
constexpr std::uint32_t k_child = 1234;
inline const std::string k_address = "svcwrap-test-address";

struct AppWorld {
    AppWorld() {
        system.executable = at("tools/svc wrap/svcwrap.exe");
        system.folder = at("users/me");
        system.data = at("data/svcwrap");
        files.put(at("apps/my app/app.exe"), "MZ...");
        system.programs = {at("apps/my app/app.exe")};
        access.set_exists([this](const std::string& path) { return platform::exists(files, path); });
        access.set_below(system.data, "O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)");
    }

    FakeClock clock;
    FakeFileSystem files{clock};
    FakeServiceManager services{clock};
    FakeSystem system;
    FakeProcessLauncher launcher;
    FakeConsoleSignaller signaller{launcher};
    FakeControlChannel channel;
    FakeFileWatcher watcher;
    FakeAccessControl access;
    FakeAccounts accounts;
    std::shared_ptr<FakeEventLog> events = std::make_shared<FakeEventLog>();
    std::string asked;  // the last question for a password
    std::string typed;  // the answers to it
    std::string piped;
    platform::Clock* other_clock = nullptr;  // instead of the fake one
    std::function<void()> press_control_c;   // while a command watches the console
    std::string out;
    std::string err;
    bool terminal = false;
    bool nobody_reads = false;       // standard output
    std::vector<std::string> input;  // what each read of standard input gives; then it ends
    std::optional<Error> input_error;
    std::function<Status(const std::string&, app::SessionBody)> session;
    std::function<Status(std::uint32_t, platform::ConsoleEvent)> raise;

    [[nodiscard]] app::AppParts parts() {
        return {
            .files = files,
            .services = services,
            .system = system,
            .clock = other_clock == nullptr ? static_cast<platform::Clock&>(clock) : *other_clock,
            .launcher = launcher,
            .signaller = signaller,
            .channel = channel,
            .watcher = watcher,
            .access = access,
            .accounts = accounts,
            .events = events,
            .write = [this](
                         platform::StandardStream stream,
                         std::string_view text) { (stream == platform::StandardStream::output ? out : err) += text; },
            .is_terminal = [this](platform::StandardStream) { return terminal; },
            .run_session = session,
            .raise_event = raise,
            .watch_console =
                [this](app::ConsoleHandler handler) {
                    press_control_c = [handler = std::move(handler)] { handler(platform::ConsoleRequest::interrupt); };
                    return nullptr;
                },
            .ask_password = [this](std::string_view prompt) -> Result<Secret> {
                asked = prompt;
                return Secret(typed);
            },
            .read_password_line = [this]() -> Result<Secret> { return Secret(piped); },
            .end_process = [](int) {},
            .remove_tree = [this](const std::string& folder) { return remove_tree(folder); },
            .read_input = [this](std::span<std::byte> bytes) { return read_input(bytes); },
            .widen_input = [](ByteSize) {},
            .write_bytes = [this](std::span<const std::byte> bytes) -> Status {
                if (nobody_reads) return fail(ErrorKind::io_failed, "write to standard output: broken pipe");
                out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
                return {};
            }};
    }

    // Runs `svcwrap WORDS...` with fresh output.
    int run(std::vector<std::string> words) {
        out.clear();
        err.clear();
        words.insert(words.begin(), "svcwrap");
        return app::run_command_line(parts(), words);
    }

    // What the last run printed. Lives until the next call.
    [[nodiscard]] const Json& json() { return json_ = parse_json(out).value_or(Json()); }

    [[nodiscard]] std::string folder(const std::string& name) const { return host::service_folder(system.data, name); }
    [[nodiscard]] std::string config_of(const std::string& name) const {
        return join_path(folder(name), name + ".toml");
    }

    FakeService& put_service(const std::string& name) {
        return services.put(name, app::make_image_path(
                                      {.executable = system.executable, .name = name, .config_file = config_of(name)}));
    }

    // A service whose wrapper and child run, and the wrapper has said so.
    FakeService& put_running(const std::string& name) {
        FakeService& service = put_service(name);
        service.status = status_of(platform::ServiceState::running, k_wrapper);
        publish(running_state(name));
        return service;
    }

    [[nodiscard]] host::PublishedState running_state(const std::string& name) const {
        host::PublishedState state;
        state.service = name;
        state.wrapper_process_id = k_wrapper;
        state.state = supervise::State::running;
        state.since = clock.wall_now();
        state.reason = "the child was started";
        state.run = 1;
        state.child_process_id = k_child;
        state.child_started = clock.wall_now();
        state.program = at("apps/my app/app.exe");
        state.logs = {{.stream = "stdout", .path = at("logs/stdout.log"), .bytes = 10, .lines = 2}};
        return state;
    }

    // The child has ended with this code, and the next start waits.
    [[nodiscard]] host::PublishedState backoff_state(const std::string& name, std::uint32_t code) const {
        host::PublishedState state = running_state(name);
        state.state = supervise::State::backoff;
        state.reason = "restart by policy";
        state.child_process_id = 0;
        state.child_started.reset();
        state.last_end =
            supervise::RunEnd{.kind = is_crash({code}) ? supervise::EndKind::crashed : supervise::EndKind::exited,
                              .code = {code},
                              .detail = {},
                              .when = clock.wall_now()};
        state.next_launch = clock.wall_now() + std::chrono::seconds(5);
        return state;
    }

    // A running service whose wrapper can be asked: for its state it answers with `live`, else with what is set here.
    FakeService& put_live(const std::string& name) {
        FakeService& service = put_running(name);
        live = running_state(name);
        live.control_address = k_address;
        publish(live);
        channel.answer_as(k_wrapper);
        server = *channel.serve(k_address, [this](const std::string& line, const platform::ControlAnswer& answer) {
            answer(answer_to(line));
        });
        return service;
    }

    host::PublishedState live;
    std::vector<std::string> live_lines;
    JsonArray live_waiting;
    std::map<host::ControlCommand, std::function<std::string()>> answers;
    std::unique_ptr<platform::ControlServer> server;

    void publish(const host::PublishedState& state) {
        files.put(host::state_file_path(system.data, state.service), to_json_text(host::to_json(state)));
    }

private:
    Status remove_tree(const std::string& folder) {
        const auto entries = files.list(folder);
        if (!entries) return std::unexpected(entries.error());
        for (const platform::DirectoryEntry& entry : *entries) {
            const std::string path = join_path(folder, entry.name);
            const bool is_folder = entry.type == platform::FileType::directory;
            if (const Status done = is_folder ? remove_tree(path) : files.remove_file(path); !done) return done;
        }
        return files.remove_folder(folder);
    }

    Result<std::size_t> read_input(std::span<std::byte> bytes) {
        if (input.empty()) return input_error ? Result<std::size_t>(std::unexpected(*input_error)) : 0;
        const std::string chunk = input.front();
        input.erase(input.begin());
        std::ranges::copy(std::as_bytes(std::span(chunk)), bytes.begin());
        return chunk.size();
    }

    std::string answer_to(const std::string& line) {
        const auto command = host::parse_request(line);
        if (!command) return host::failure_line({command.error()});
        if (const auto found = answers.find(*command); found != answers.end()) return found->second();
        if (*command != host::ControlCommand::status) return host::success_line(JsonObject{});
        JsonArray lines(live_lines.begin(), live_lines.end());
        return host::success_line(
            JsonObject{{"state", host::to_json(live)}, {"last_lines", lines}, {"waiting", live_waiting}});
    }

    Json json_;
};

}  // namespace svcwrap::testing
