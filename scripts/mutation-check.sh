#!/usr/bin/env bash
# Plants faults in a copy of src/supervise, one at a time, and demands that the unit tests or the simulation see each.
#   scripts/mutation-check.sh [PATTERN]     only the faults whose description contains PATTERN
#   scripts/mutation-check.sh --fits        only whether each fault still changes its file; in a second
# The last line is "N passed, N failed".
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/env.sh"
cd "$project_dir"

readonly k_copy=$project_dir/build/mutation
readonly k_events=300000
readonly k_wait=300  # seconds; a fault that makes a test hang is a fault that is seen

# file in src/supervise | what is wrong | sed expression that makes it wrong
readonly k_faults=(
    'restart_policy.cpp|on-abnormal restarts an ordinary failure|s/{false, false, true, true, true}/{false, true, true, true, true}/'
    'restart_policy.cpp|the last rule wins|s/find_if(options.rules,/find_last_if(options.rules,/; s/rule == options.rules.end()/rule.empty()/; s/options.rules.begin(), rule)/options.rules.begin(), rule.begin())/; s/rule->/rule.front()./g'
    'restart_policy.cpp|the end of a range is not part of it|s/end.code.value <= range.last/end.code.value < range.last/'
    'backoff.cpp|the delay has no cap|s/std::min(grown, [^;]*;/grown;/'
    'backoff.cpp|the jitter goes to one side only|s/1.0 - jitter + 2.0/1.0 + 2.0/'
    'backoff.cpp|one restart more than the limit|s/recent_.size() >= options.limit/recent_.size() > options.limit/'
    'backoff.cpp|restart-now does not count|s/^    if (!is_within_limit/    if (verdict.action == RuleAction::restart_now) return Duration::zero();\n&/'
    'supervisor.cpp|an early deadline counts|s/!deadline_ || now < \*deadline_/!deadline_/'
    'supervisor.cpp|the end of an earlier tree counts for a later run|s/&& (launching_ || root_alive_)/\&\& false/'
    'supervisor.cpp|events about a child that is not there are believed|s/(event) || root_alive_;/(event) || true;/'
    'supervisor.cpp|events about a launch that is not there are believed|s/(event)) return launching_;/(event)) return true;/'
    'supervisor.cpp|a stop does not end a restart under way|/^void Supervisor::note_stop/,/^}/ s/restarting_ = false;//'
    'supervisor.cpp|a shutdown leaves the steps their full time|/^void Supervisor::begin_stop/,/^}/ s/if (budget_end_) fit_into.*;//'
    'supervisor.cpp|the tree is not ended after the last step|/^void Supervisor::terminate/,/^}/ s/turn.actions.emplace_back.*;//'
    'supervisor.cpp|a child ended by our own Ctrl-Break is a crash|s/!is_clean \&\& is_crash/is_crash/'
    'supervisor.cpp|a stable run does not start the delays over|s/if (has_code(end) .*backoff_.start_over();//'
    'supervisor.cpp|a launch that took long once is overdue for ever|/^void Supervisor::launch/,/^}/ s/overdue_ = false;//'
    'supervisor.cpp|the stop says that it takes less than it does|s/return after(after(deadline_, wait), k_kill_timeout);/return after(deadline_, wait);/'
    'state_table.cpp|a restart by hand launches beside a living child|s/if (supervisor.root_alive_) return supervisor.terminate.*;//'
    'state_table.cpp|what the child left behind is ignored|s/if (supervisor.left_behind_ == 0) return supervisor.decide/return supervisor.decide/'
    'state_table.cpp|a stop does not wait for grandchildren|s/if (supervisor.left_behind_ == 0) supervisor.tree_gone/supervisor.tree_gone/'
    'state_table.cpp|a stop waits for a hung launch for ever|/static void stop_launch/,/^    }/ s/supervisor.deadline_ = .*;//'
    'state_table.cpp|a cut wait does not start the delays over|/static void launch_now/,/^    }/ s/supervisor.backoff_.start_over();//'
    'state_table.cpp|a child that comes too late stays|/static void too_late/ s/turn.actions.*; }/(void)turn; }/'
    'state_table.cpp|one cell of the table is another|s/press,       press,       stay_down/press,       none,        stay_down/'
        # pause
    'state_table.cpp|a pause in the backoff is ignored|/static void pause_now/,/^    }/ s/if (!refuses_pause.*/(void)supervisor; (void)turn;/'
    'state_table.cpp|a stop in a pause is ignored|/static void stop_paused/,/^    }/ s/if (!supervisor.root_alive_) return finish.*/return (void)turn;/'
    'state_table.cpp|a pause that is refused is obeyed|s/options_.pause != PausePolicy::refuse) return false;/options_.pause != PausePolicy::stop) return false;/'
    'state_table.cpp|a pause loses a stop|s/(is_stopping \&\& !supervisor.restarting_) ||/false ||/'
    'state_table.cpp|a pause while starting is forgotten|s/if (supervisor.pausing_) supervisor.pause(turn, .*;/supervisor.pausing_ = false;/'
    'state_table.cpp|a stop while pausing is ignored|s/if (!supervisor.restarting_ \&\& !supervisor.pausing_ \&\& !is_shutdown) return;/if (!supervisor.restarting_ \&\& !is_shutdown) return;/'
    'state_table.cpp|a suspended child that ends is restarted|s/supervisor.pausing_ = supervisor.state_ == State::paused;//'
    'state_table.cpp|a pause is claimed while the child cannot be ended|s/if (!supervisor.restarting_ \&\& !supervisor.pausing_)$/if (!supervisor.restarting_)/'
    'state_table.cpp|a scheduled restart ends a pause|/static void restart_paused/,/^    }/ s/if (is_scheduled(turn.event)) return.*//'
    'supervisor.cpp|a stop undoes no pause|/^void Supervisor::note_stop/,/^}/ s/pausing_ = false;//'
    'supervisor.cpp|a suspended child is not resumed before it is stopped|s/turn.actions.emplace_back(ResumeTree{});//'
    'supervisor.cpp|the time of a standstill makes a run stable|s/if (suspended_) started_ += now - since_;//'
    # reload, schedule, stop budget, records
    'state_table.cpp|new options are ignored|s/supervisor.options_ = std::get<Reconfigured>.*;//'
    'state_table.cpp|a schedule cuts the backoff short|/static void launch_now/,/^    }/ s/if (is_scheduled(turn.event)) return;//'
    'state_table.cpp|a hook that has ended is waited for|s/if (!ended.failed) return supervisor.leave_step.*/if (!ended.failed) return;/'
    'supervisor.cpp|a scheduled restart starts the delays over|s/if (next_reason_ != StartReason::scheduled) backoff_.start_over/backoff_.start_over/'
    'supervisor.cpp|launches that nobody asked for have no gap|s/std::max(\*drawn, launched_ + k_min_launch_gap - turn.now)/*drawn/'
    'supervisor.cpp|a run is recorded twice|/^void Supervisor::run_over/,/^}/ s/run_open_ = false;//'
    'supervisor.cpp|a run that ends in a pause is not recorded|/^void Supervisor::park/,/^}/ s/run_over(.*;//'
    'supervisor.cpp|a launch that never returned has the record of the run before|/^void Supervisor::finish/,/^}/ s/note_what_is_left(turn.now);//'
    'supervisor.cpp|the step that ended it is not told|s/close_step(turn.now, true);//'
    'stop_plan.cpp|the time for all steps is ignored|s/cut_to(steps, options.timeout);//'
    'stop_plan.cpp|the time for all steps is taken from the first|s/std::clamp(step.timeout, Duration::zero(), left)/std::clamp(left - step.timeout, Duration::zero(), left)/'
    'stop_plan.cpp|the hook before the stop is left out|s/if (options.pre_stop) steps.push_back.*;//'
    'backoff.cpp|the jitter goes beyond the cap|s/to_duration(std::min(drawn, longest))/to_duration(drawn)/'
    'scm_report.cpp|a pause is told as STOP_PENDING|s/if (snapshot.pausing) return ServiceState::pause_pending;//'
    'scm_report.cpp|PAUSED is told without a way back|s/return {.stop = true, .pause = true,/return {.stop = true, .pause = snapshot.state == State::killing,/'
    'scm_report.cpp|PAUSE_PENDING leads straight to RUNNING|/case ServiceState::pause_pending:$/,/return/ s/return ServiceState::paused;/return wanted;/'
    'scm_report.cpp|what is accepted does not follow a reload|s/|| !is_same(.*;/;/'
    'scm_report.cpp|the launch after CONTINUE is told as START_PENDING|s/if (snapshot.start_reason == StartReason::continued).*//'
    # what the SCM is told
    'scm_report.cpp|checkpoints do not rise|s/last_->checkpoint + 1/last_->checkpoint/'
    'scm_report.cpp|hints do not grow|s/(now - pending_since_) + //'
    'scm_report.cpp|a restart by hand is told as STOP_PENDING|s/snapshot.restarting ? /false ? /'
    'scm_report.cpp|a later launch is told as START_PENDING|s/return snapshot.run > 1 ? ServiceState::running : /return /'
    'scm_report.cpp|an end that is left to recovery is told|s/ || snapshot.result->outcome == Outcome::recover//'
    'scm_report.cpp|the code of the child is lost|s/result.code ? result.code->value : 0/0/'
)

fits() {
    local passed=0 failed=0 file what expression
    for fault in "${k_faults[@]}"; do
        IFS='|' read -r file what expression <<<"$fault"
        if sed -e "$expression" "src/supervise/$file" | cmp -s - "src/supervise/$file"; then
            printf 'DOES NOT FIT %s: %s\n' "$file" "$what"
            failed=$((failed + 1))
        else
            passed=$((passed + 1))
        fi
    done
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
}

make_copy() {
    rm -rf "$k_copy/tree"
    mkdir -p "$k_copy/tree"
    # -m: all files are as new as now, hence newer than what was built of the last fault.
    tar --exclude=./build --exclude=./.git -cf - . | tar -C "$k_copy/tree" -xmf -
    in_env cmake -S "$k_copy/tree" -B "$k_copy/build" -G Ninja -DCMAKE_BUILD_TYPE=Debug \
        -DCMAKE_CXX_FLAGS_DEBUG=-O1 -DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DSVCWRAP_WERROR=OFF >"$k_copy/configure.log" 2>&1 ||
        die "the copy cannot be configured; see $k_copy/configure.log"
}

build() { in_env cmake --build "$k_copy/build" --target unit_supervise simulation >"$k_copy/build.log" 2>&1; }
unit_holds() { in_env timeout "$k_wait" "$k_copy/build/tests/unit_supervise" >"$k_copy/unit.log" 2>&1; }
simulation_holds() {
    in_env timeout "$k_wait" "$k_copy/build/tests/simulation" --seed 1 --events "$k_events" >"$k_copy/simulation.log" 2>&1
}

# Sets `verdict`; true = the fault was seen.
try_fault() {
    local file=$1 expression=$2 seen=()
    local target=$k_copy/tree/src/supervise/$file
    cp "$target" "$k_copy/sound"
    sed -e "$expression" "$k_copy/sound" >"$target"
    if cmp -s "$k_copy/sound" "$target"; then verdict="the fault does not fit the code any more"; return 1; fi
    if build; then
        unit_holds || seen+=("unit tests")
        simulation_holds || seen+=("simulation")
        verdict=${seen[*]:-nobody}
    else
        verdict="does not build"
    fi
    cp "$k_copy/sound" "$target"
    [ ${#seen[@]} -gt 0 ]
}

if [ "${1:-}" = --fits ]; then
    fits
    exit
fi
"$project_dir/scripts/setup.sh"
mkdir -p "$k_copy"
make_copy
build || { cat "$k_copy/build.log"; die "the copy does not build"; }
unit_holds && simulation_holds || die "the tests fail without any fault; see $k_copy/unit.log and simulation.log"

passed=0 failed=0
for fault in "${k_faults[@]}"; do
    IFS='|' read -r file what expression <<<"$fault"
    case $what in *"${1:-}"*) ;; *) continue ;; esac
    if try_fault "$file" "$expression"; then
        printf 'seen by %-23s %s: %s\n' "$verdict:" "$file" "$what"
        passed=$((passed + 1))
    else
        printf 'NOT SEEN (%s) %s: %s\n' "$verdict" "$file" "$what"
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
