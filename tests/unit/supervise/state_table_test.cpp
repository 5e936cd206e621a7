#include <array>
#include <catch_amalgamated.hpp>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "story.hpp"
#include "supervise/state_table.hpp"

namespace svcwrap::supervise {
namespace {

std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells;
    std::istringstream text(line.substr(line.find('|') + 1));
    for (std::string cell; std::getline(text, cell, '|');) {
        const auto first = cell.find_first_not_of(' ');
        if (first == std::string::npos) continue;
        cells.push_back(cell.substr(first, cell.find_last_not_of(' ') - first + 1));
    }
    return cells;
}

// The rows of the Markdown table in the comment of supervisor.hpp, without the line under its head.
std::vector<std::vector<std::string>> written_table() {
    std::ifstream file(SVCWRAP_SOURCE_DIR "/src/supervise/supervisor.hpp");
    std::vector<std::vector<std::string>> rows;
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("// | ")) rows.push_back(cells_of(line));
    return rows;
}

// Pauses by suspending.
Options pausable() {
    Options options;
    options.restart.reset_after = 0ms;
    options.pause = PausePolicy::suspend;
    return options;
}

const std::vector<Event>& all_events() {
    static const std::vector<Event> events{StartRequested{},
                                           ChildStarted{k_process_id},
                                           LaunchFailed{launch_error()},
                                           ChildExited{ExitCode{3}, 0},
                                           TreeEmptied{},
                                           Deadline{},
                                           StopRequested{},
                                           StepEnded{},
                                           RestartRequested{},
                                           PauseRequested{},
                                           ContinueRequested{},
                                           SuspendFailed{launch_error()},
                                           Reconfigured{pausable()},
                                           LaunchBegun{}};
    return events;
}

constexpr std::array k_states{State::idle,     State::starting, State::running, State::clearing, State::backoff,
                              State::stopping, State::killing,  State::stopped, State::paused};

// One way into a state.
struct Way {
    std::string_view words;
    State state;
    bool launching;   // a launch is under way
    bool root_alive;  // a child lives
    void (*go)(Story&);
};

constexpr std::array k_ways{
    Way{"idle", State::idle, false, false, [](Story&) {}},
    Way{"starting", State::starting, true, false, [](Story& s) { s.start(); }},
    Way{"running", State::running, false, true, [](Story& s) { s.run(); }},
    Way{"clearing", State::clearing, false, false, [](Story& s) { s.run().exit(1, 2); }},
    Way{"backoff after an exit", State::backoff, false, false, [](Story& s) { s.run().exit(1); }},
    Way{"backoff after a launch", State::backoff, false, false,
        [](Story& s) { s.start().then(LaunchFailed{launch_error()}); }},
    Way{"stopping with a child", State::stopping, false, true, [](Story& s) { s.run().stop(); }},
    Way{"stopping with a launch", State::stopping, true, false, [](Story& s) { s.start().stop(); }},
    Way{"stopping, the root gone", State::stopping, false, false, [](Story& s) { s.run().stop().exit(0, 1); }},
    Way{"restarting", State::stopping, false, true, [](Story& s) { s.run().then(RestartRequested{}); }},
    Way{"killing with a child", State::killing, false, true, [](Story& s) { s.run().stop().wait_for_deadline(); }},
    Way{"killing with a launch", State::killing, true, false, [](Story& s) { s.start().stop().wait_for_deadline(); }},
    Way{"killing, the root gone", State::killing, false, false, [](Story& s) { s.run().exit(1, 2).stop(); }},
    Way{"clearing for a pause", State::clearing, false, false,
        [](Story& s) { s.run().then(PauseRequested{}).exit(1, 2); }},
    Way{"suspended", State::paused, false, true, [](Story& s) { s.run().then(PauseRequested{}); }},
    Way{"paused without a child", State::paused, false, false,
        [](Story& s) { s.run().exit(1).then(PauseRequested{}); }},
    Way{"stopped", State::stopped, false, false, [](Story& s) { s.run().stop().exit(0); }},
    Way{"stopped, a launch given up", State::stopped, true, false,
        [](Story& s) { s.start().stop().wait_for_deadline().wait_for_deadline(); }},
};

bool is_about_what_is_not_there(const Way& way, const Event& event) {
    if (std::holds_alternative<ChildStarted>(event) || std::holds_alternative<LaunchFailed>(event))
        return !way.launching;
    return std::holds_alternative<ChildExited>(event) && !way.root_alive;
}

// News of what is over, which is-not-there in another way: ignored without a word.
bool is_old_news(const Way& way, const Event& event) {
    if (std::holds_alternative<TreeEmptied>(event)) return way.launching || way.root_alive;
    if (std::holds_alternative<StepEnded>(event)) return way.launching;
    return std::holds_alternative<SuspendFailed>(event) && !way.root_alive;
}

// What each named cell leads to and asks for, where the event is about what is there and time has come.
struct Effect {
    std::vector<State> to;
    std::string deeds;  // L launch, S stop step, T terminate, P suspend, R resume, O run over, in order
};
const std::map<std::string_view, Effect>& effects() {
    static const std::map<std::string_view, Effect> table{
        {"launch", {{State::starting}, "L"}},
        {"launch_now", {{State::starting}, "L"}},
        {"run", {{State::running}, ""}},
        {"decide", {{State::backoff}, "O"}},
        {"ended", {{State::backoff, State::paused}, "O"}},
        {"clear_timeout", {{State::backoff}, "O"}},
        {"start_timeout", {{State::starting}, ""}},
        {"settle", {{State::running}, ""}},
        {"stop_launch", {{State::stopping}, ""}},
        {"first_step", {{State::stopping}, "S"}},
        {"next_step", {{State::killing}, "T"}},
        {"step_ended", {{State::killing}, "T"}},
        {"terminate", {{State::killing}, "T"}},
        {"root_ended", {{State::stopped}, "O"}},
        {"tree_gone", {{State::stopped}, "O"}},
        {"give_up", {{State::stopped}, "O"}},
        {"press", {{State::stopping, State::killing}, ""}},
        {"stay_down", {{State::stopped}, ""}},
        {"time_launch", {{State::starting}, ""}},
        {"then_launch", {{State::clearing, State::stopping, State::killing}, ""}},
        {"finish", {{State::stopped}, ""}},
        {"too_late", {{State::stopped}, "T"}},
        {"pause", {{State::paused}, "P"}},
        {"pause_later", {{State::starting, State::clearing, State::stopping, State::killing}, ""}},
        {"pause_now", {{State::paused}, ""}},
        {"keep_running", {{State::starting}, ""}},
        {"resume", {{State::running, State::starting}, ""}},
        {"run_on", {{State::running}, "R"}},
        {"stop_paused", {{State::stopping, State::stopped}, ""}},
        {"restart_paused", {{State::stopping, State::starting}, ""}},
        {"adopt", {{}, ""}},  // the state stays
    };
    return table;
}

// Some cells have a face for each way: with a child that stands still, or with a run that is not over.
std::string deeds_wanted(std::string_view cell, const Way& way) {
    if (cell == "resume") return way.root_alive ? "R" : "L";
    if (cell == "stop_paused") return way.root_alive ? "RS" : "";
    if (cell == "restart_paused") return way.root_alive ? "RS" : "L";
    if (cell == "finish" && way.launching) return "O";
    return effects().at(cell).deeds;
}

std::string deeds_of(const Actions& actions) {
    std::string deeds;
    for (const Action& action : actions) {
        if (std::holds_alternative<Launch>(action)) deeds += 'L';
        if (std::holds_alternative<BeginStopStep>(action)) deeds += 'S';
        if (std::holds_alternative<TerminateTree>(action)) deeds += 'T';
        if (std::holds_alternative<SuspendTree>(action)) deeds += 'P';
        if (std::holds_alternative<ResumeTree>(action)) deeds += 'R';
        if (std::holds_alternative<RunOver>(action)) deeds += 'O';
    }
    return deeds;
}

}  // namespace

TEST_CASE("the table in the header and the table in code are the same, cell by cell") {
    const auto rows = written_table();
    REQUIRE(rows.size() == k_event_count + 1);
    REQUIRE(rows[0].size() == k_state_count + 1);
    for (std::size_t column = 0; column < k_state_count; ++column)
        CHECK(rows[0][column + 1] == name_of(k_states[column]));
    for (std::size_t row = 0; row < k_event_count; ++row) {
        REQUIRE(rows[row + 1].size() == k_state_count + 1);
        CHECK(rows[row + 1][0] == name_of(all_events()[row]));
        for (std::size_t column = 0; column < k_state_count; ++column) {
            INFO("event " << rows[row + 1][0] << " in state " << rows[0][column + 1]);
            CHECK(rows[row + 1][column + 1] == cell_of(row, k_states[column]).name);
        }
    }
}

TEST_CASE("each word of the table is one function, and each function has one word") {
    std::map<std::string_view, decltype(Cell::act)> functions;
    std::set<decltype(Cell::act)> distinct;
    for (std::size_t row = 0; row < k_event_count; ++row) {
        for (const State state : k_states) {
            const Cell& cell = cell_of(row, state);
            REQUIRE(cell.act != nullptr);
            CHECK(functions.emplace(cell.name, cell.act).first->second == cell.act);
            distinct.insert(cell.act);
        }
    }
    CHECK(distinct.size() == functions.size());
}

TEST_CASE("the ways lead into every state, and where they say") {
    std::set<State> reached;
    for (const Way& way : k_ways) {
        Story story(pausable());
        way.go(story);
        INFO(way.words);
        CHECK(story.state() == way.state);
        CHECK((story.snapshot().process_id != 0) == way.root_alive);
        reached.insert(way.state);
    }
    CHECK(reached.size() == k_state_count);
}

TEST_CASE("an event that has nothing to say in a state does nothing at all") {
    std::size_t walked = 0;
    for (const Way& way : k_ways) {
        for (const Event& event : all_events()) {
            if (cell_of(event.index(), way.state).name != k_nothing) continue;
            Story story(pausable());
            way.go(story);
            const Snapshot before = story.snapshot();
            const bool had_deadline = story.has_deadline();
            INFO(way.words << ", " << name_of(event));
            CHECK(story.send(event).empty());
            CHECK(story.state() == before.state);
            CHECK(story.snapshot().reason == before.reason);
            CHECK(story.has_deadline() == had_deadline);
            ++walked;
        }
    }
    CHECK(walked > 30);
}

TEST_CASE("an event that cannot come gives one complaint and changes nothing") {
    std::size_t walked = 0;
    for (const Way& way : k_ways) {
        for (const Event& event : all_events()) {
            const auto name = cell_of(event.index(), way.state).name;
            if (name == k_nothing || (name != k_bug && !is_about_what_is_not_there(way, event))) continue;
            Story story(pausable());
            way.go(story);
            const Snapshot before = story.snapshot();
            const Actions actions = story.send(event);
            INFO(way.words << ", " << name_of(event));
            REQUIRE(actions.size() == 1);
            REQUIRE(std::holds_alternative<Complaint>(actions[0]));
            CHECK(contains(std::get<Complaint>(actions[0]).text, name_of(event)));
            CHECK(contains(std::get<Complaint>(actions[0]).text, name_of(way.state)));
            CHECK(story.state() == before.state);
            CHECK(story.snapshot().reason == before.reason);
            CHECK(story.snapshot().process_id == before.process_id);
            CHECK(story.snapshot().pending_until == before.pending_until);
            CHECK(story.snapshot().last_end.has_value() == before.last_end.has_value());
            ++walked;
        }
    }
    CHECK(walked > 30);
}

TEST_CASE("every other cell does what its name says") {
    std::set<std::pair<std::size_t, State>> visited;
    for (const Way& way : k_ways) {
        for (const Event& event : all_events()) {
            const auto name = cell_of(event.index(), way.state).name;
            if (name == k_nothing || name == k_bug || is_about_what_is_not_there(way, event)) continue;
            if (is_old_news(way, event) || way.words == "restarting" || way.words == "clearing for a pause") continue;
            Story story(pausable());
            way.go(story);
            if (name == "settle") story.exit(1).wait_for_deadline().then(ChildStarted{k_process_id});
            const Actions actions = std::holds_alternative<Deadline>(event) ? story.pass_deadline() : story.send(event);
            INFO(way.words << ", " << name_of(event) << ": " << name);
            const std::vector<State>& to = effects().at(name).to;
            CHECK_FALSE(has<Complaint>(actions));
            CHECK((to.empty() ? story.state() == way.state : std::ranges::contains(to, story.state())));
            const bool waits_for_launch = way.launching && name == "next_step";
            if (!waits_for_launch) CHECK(deeds_of(actions) == deeds_wanted(name, way));
            visited.emplace(event.index(), way.state);
        }
    }
    std::size_t wanted = 0;
    for (std::size_t row = 0; row < k_event_count; ++row)
        for (const State state : k_states) {
            const auto name = cell_of(row, state).name;
            wanted += name != k_nothing && name != k_bug ? 1 : 0;
        }
    CHECK(visited.size() == wanted);
}

TEST_CASE("a deadline that has not come is ignored in every state") {
    for (const Way& way : k_ways) {
        Story story(pausable());
        way.go(story);
        if (!story.has_deadline() || story.ahead() == 0ms) continue;
        const State before = story.state();
        INFO(way.words);
        CHECK(story.send(Deadline{}).empty());
        CHECK(story.pass(story.ahead() - 1ms).empty());
        CHECK(story.state() == before);
        CHECK_FALSE(story.pass(1ms).empty());
    }
}

TEST_CASE("news of what is over is ignored in every state, without a word") {
    std::size_t walked = 0;
    for (const Way& way : k_ways) {
        for (const Event& event : all_events()) {
            if (cell_of(event.index(), way.state).name == k_bug || !is_old_news(way, event)) continue;
            Story story(pausable());
            way.go(story);
            INFO(way.words << ", " << name_of(event));
            CHECK(story.send(event).empty());
            CHECK(story.state() == way.state);
            ++walked;
        }
    }
    CHECK(walked > 15);
}

TEST_CASE("the end of an earlier tree is no news to a later run") {
    const auto go = GENERATE(values<void (*)(Story&)>({
        [](Story& s) { s.start(); },
        [](Story& s) { s.run(); },
        [](Story& s) { s.run().stop(); },
        [](Story& s) { s.run().stop().wait_for_deadline(); },
        [](Story& s) { s.start().stop(); },
    }));
    Story story;
    go(story);
    const State before = story.state();
    CHECK(story.send(TreeEmptied{}).empty());
    CHECK(story.state() == before);
}

}  // namespace svcwrap::supervise
