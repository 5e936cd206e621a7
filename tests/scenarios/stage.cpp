#include "scenarios/stage.hpp"

#include <algorithm>
#include <catch_amalgamated.hpp>
#include <stdexcept>

namespace svcwrap::testing {

using namespace std::chrono_literals;

TimePoint RealClock::now() const {
    return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()) + Duration(skipped_);
}

WallTime RealClock::wall_now() const {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()) + Duration(ahead_);
}

void RealClock::sleep(Duration duration) {
    std::this_thread::sleep_for(duration);
}

namespace {

Props& new_props() {
    // Never destroyed: the end of the program is no end for an abandoned thread either.
    static auto* const all = new std::vector<std::unique_ptr<Props>>;
    return *all->emplace_back(std::make_unique<Props>());
}

}  // namespace

Stage::Stage()
    : props_(new_props()),
      files(props_.files),
      launcher(props_.launcher),
      signaller(props_.signaller),
      channel(props_.channel),
      watcher(props_.watcher),
      services(props_.services),
      clock(props_.clock),
      events(*props_.events) {
    config.file = k_config;
    config.service.name = "story";
    config.process.executable = at("/apps/app");
    config.process.working_directory = at("/apps");
    config.logs.directory = at("/data/svcwrap/story/logs");
    config.supervise.restart.delay = 10ms;
    config.supervise.restart.max_delay = 20ms;
    config.supervise.stop.steps = {{.method = supervise::StopMethod::ctrl_break, .timeout = 1min}};
    files.put(at("/apps/app"), "program");
}

Stage::~Stage() {
    launcher.release_launches();
    signaller.release();
    files.heal();
    files.resume_all();
    if (!thread_.joinable()) return;
    host_->request_stop(supervise::StopReason::asked);
    thread_.join();
}

void Stage::start() {
    host::Parts parts{.files = files,
                      .launcher = launcher,
                      .signaller = signaller,
                      .system = props_.system,
                      .clock = clock,
                      .channel = channel,
                      .watcher = watcher,
                      .services = services};
    host::HostOptions options;
    options.report = [this](const platform::SessionReport& report) {
        if (report_throws) throw std::runtime_error("no report");
        const std::lock_guard lock(mutex_);
        reports_.push_back(report);
    };
    if (shown) {
        options.echo = [this](platform::StandardStream, std::string_view text) {
            const std::lock_guard lock(mutex_);
            echoed_ += text;
        };
    }
    options.state_file = k_state;
    options.journal_file = k_journal;
    options.history_file = k_history;
    options.registered = registered;
    options.events = props_.events;
    options.judge = judge;
    host_ = std::make_unique<host::ServiceHost>(config, parts, std::move(options));
    thread_ = std::thread([this] {
        auto result = host_->run();
        const std::lock_guard lock(mutex_);
        result_ = std::move(result);
    });
}

std::shared_ptr<FakeChild> Stage::start_and_wait() {
    start();
    wait_for_state(supervise::State::running);
    return child(0);
}

void Stage::start_from_file() {
    write_config("");
    start_and_wait();
    REQUIRE(ask(host::ControlCommand::reload));
}

supervise::FinalResult Stage::wait_for_end() {
    wait_until([this] {
        const std::lock_guard lock(mutex_);
        return result_.has_value();
    });
    thread_.join();
    ended_ = true;
    return *result_;
}

supervise::FinalResult Stage::stop_and_wait(supervise::StopReason reason) {
    host_->request_stop(reason);
    return wait_for_end();
}

std::shared_ptr<FakeChild> Stage::child(std::size_t index) {
    auto found = launcher.wait_for_child(index, 60s);
    if (!found) FAIL("child number " << index << " was not launched");
    return found;
}

std::vector<platform::LaunchSpec> Stage::launches_of(std::string_view program) const {
    auto specs = launcher.specs();
    std::erase_if(specs, [&](const platform::LaunchSpec& spec) { return spec.executable != program; });
    return specs;
}

std::vector<std::string> Stage::rotated_logs() const {
    std::vector<std::string> paths;
    for (const std::string& name : files.names_in(config.logs.directory)) {
        if (name.starts_with("std") && name.find(".20") != std::string::npos) {
            paths.push_back(join_path(config.logs.directory, name));
        }
    }
    return paths;
}

std::string Stage::whole_log(const std::string& name) const {
    const std::string stem = join_path(config.logs.directory, name + ".");
    std::string all;
    for (const std::string& path : rotated_logs()) {
        if (path.starts_with(stem)) all += files.contents(path);
    }
    return all + files.contents(stem + "log");
}

std::optional<host::PublishedState> Stage::published() {
    const auto state = host::read_published_state(files, k_state);
    return state ? std::optional(*state) : std::nullopt;
}

host::PublishedState Stage::state_file() {
    std::optional<host::PublishedState> state;
    wait_until([&] {
        state = published();
        return state && (!ended_ || state->state == supervise::State::stopped);
    });
    return *state;
}

std::vector<platform::SessionReport> Stage::reports() const {
    const std::lock_guard lock(mutex_);
    return reports_;
}

std::string Stage::echoed() const {
    const std::lock_guard lock(mutex_);
    return echoed_;
}

std::vector<host::RunRecord> Stage::history() {
    std::vector<host::RunRecord> runs;
    wait_until([&] {
        runs = host::read_history(files, k_history).value_or(std::vector<host::RunRecord>{});
        return !ended_ || (!runs.empty() && runs.back().end);
    });
    return runs;
}

void Stage::write_config(const std::string& more) {
    files.put(k_config, "schema = 1\n[service]\nname = \"story\"\n[process]\nexecutable = '" + at("/apps/app") +
                            "'\nworking_directory = '" + at("/apps") + "'\n" + more);
}

std::expected<Json, std::vector<Error>> Stage::ask(host::ControlCommand command) {
    wait_until([this] { return !channel.served().empty(); });
    const auto line =
        channel.ask(channel.served().front(), FakeControlChannel::k_process_id, host::request_line(command), 60s);
    if (!line) FAIL("no answer: " << line.error().message);
    return host::parse_answer(*line);
}

void Stage::wait_for_state(supervise::State state) {
    wait_until([this, state] {
        const auto now = published();
        return now && now->state == state;
    });
}

void Stage::wait_for_run(std::uint64_t run) {
    INFO("run " << run);
    wait_until([&] {
        const auto now = published();
        return now && now->run == run && now->state == supervise::State::running;
    });
}

void Stage::wait_for_journal(std::string_view text) {
    INFO("journal: " << text);
    wait_until([&] { return journal_says(text); });
}

void Stage::wait_for_trouble(std::string_view text) {
    INFO("trouble: " << text);
    wait_until([&] { return state_file().trouble.contains(text); });
}

void Stage::wait_for_no_trouble() {
    wait_until([&] { return state_file().trouble.empty(); });
}

bool Stage::poll(const std::function<bool()>& predicate) {
    const auto limit = std::chrono::steady_clock::now() + 60s;
    while (!predicate()) {
        if (std::chrono::steady_clock::now() > limit) return false;
        std::this_thread::sleep_for(2ms);
    }
    return true;
}

config::Hook hook(const std::string& program, Duration timeout) {
    return {.command = {program}, .timeout = timeout, .ignore_failure = false};
}

std::string variable(const platform::LaunchSpec& spec, std::string_view name) {
    const auto found = std::ranges::find(spec.environment, name, &std::pair<std::string, std::string>::first);
    return found == spec.environment.end() ? std::string("(none)") : found->second;
}

void fail_waiting() {
    FAIL("waited 60 s in vain");
}

}  // namespace svcwrap::testing
