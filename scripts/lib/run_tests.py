#!/usr/bin/env python3
"""Builds and runs every test program and check; called by scripts/test.sh inside the build environment.

Native programs run under ASan and UBSan, those with threads under TSan too; the Windows ones run under Wine, each in a
prefix of its own. The last line is "N passed, N failed".
"""
import argparse
import concurrent.futures
import hashlib
import os
import re
import signal
import sys
import time

import fuzz
from test_programs import (LIBRARY, OWN_MAIN, PROJECT, Outcome, Preset, end_all, read_report, run_captured, run_shown,
                           say)

JOBS = os.cpu_count() or 2
# The programs whose code runs in more than one thread.
THREADED = ("unit_host", "unit_logs", "scenarios")
# What can be run on Windows only, or shows there what matters: real children, files, consoles, and the SCM.
WINDOWS = ("unit_platform", "integration", "service")
# Real children on Linux are nothing that ships; `--filter integration` runs them all the same.
NATIVE_ON_DEMAND = ("integration",)
CHECKS = ("floors (self-test)", "floors", "format", "shellcheck", "tidy", "imports", "reproducible", "installer")
# So many seconds for each fuzzer; scripts/fuzz.sh gives them more.
FUZZ_SECONDS = 5


def interrupt(*_):
    """A request to end (SIGTERM) is the same as Ctrl-C; one is enough."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


class Session:
    """All results so far, and the choice of what runs."""

    def __init__(self, pattern):
        self.pattern = pattern
        # What the pattern is looked for in: the names of programs and checks, or those of test cases.
        self.by_name = False
        self.total = Outcome()
        self.matched = False

    def add(self, name, outcome, seconds):
        self.total.passed += outcome.passed
        self.total.failed += outcome.failed
        self.total.skipped += outcome.skipped
        if outcome.passed + outcome.failed + outcome.skipped:
            self.matched = True
        counts = f"{outcome.passed} passed"
        counts += f", {outcome.failed} failed" if outcome.failed else ""
        counts += f", {outcome.skipped} skipped" if outcome.skipped else ""
        if outcome.failed:
            say(outcome.output.rstrip())
        say(f"{'FAIL' if outcome.failed else '  ok'}  {name}: {counts} ({seconds:.1f} s)")
        if outcome.second_tries:
            say(f"      needed a second try: {'; '.join(outcome.second_tries)}")

    def wants(self, name):
        return self.pattern is None or self.pattern.lower() in name.lower()

    def check(self, name, function):
        """Runs a check (a function that returns exit code and output) as one test."""
        if not self.wants(name):
            return
        start = time.monotonic()
        code, output = function()
        self.add(name, Outcome(passed=int(code == 0), failed=int(code != 0), output=output), time.monotonic() - start)

    def resolve(self, names):
        """Decides once, for all presets, what the pattern means: one of these names, or if it is in none, test cases."""
        self.by_name = self.pattern is not None and any(self.wants(name) for name in names)

    def cases(self, programs):
        """The programs to run, and the Catch2 filter for them."""
        if self.pattern is None or self.by_name:
            return {name: path for name, path in programs.items() if self.wants(name)}, []
        programs = {name: path for name, path in programs.items() if name not in OWN_MAIN}
        return programs, ["*" + re.sub(r'([\\,\[\]"])', r"\\\1", self.pattern) + "*"]

    def run_preset(self, preset, only=None, leave_out=()):
        """Builds a preset and runs its programs, as many at once as there are processors."""
        if self.by_name and only is not None and not any(self.wants(name) for name in only):
            return
        if not preset.configure():
            self.add(f"configure {preset.name}", Outcome(failed=1), 0)
            return
        programs = {name: path for name, path in preset.programs().items()
                    if (only is None or name in only) and name not in leave_out}
        if not programs:
            self.add(f"list {preset.name}", Outcome(failed=1, output="the preset has no test programs"), 0)
        programs, cases = self.cases(programs)
        if not programs:
            return
        if not preset.build([*programs, "fixtures", *(["svcwrap"] if preset.needs_exe else [])]):
            self.add(f"build {preset.name}", Outcome(failed=1, output="the build failed, see above"), 0)
            return
        say(f"==> testing {preset.name} ({preset.label})")
        pool = concurrent.futures.ThreadPoolExecutor(JOBS)
        try:
            started = time.monotonic()
            futures = {pool.submit(preset.run_program, path, cases): name for name, path in programs.items()}
            for future in concurrent.futures.as_completed(futures):
                outcome = future.result()
                if self.pattern is None or outcome.passed + outcome.failed + outcome.skipped:
                    self.add(f"{futures[future]} [{preset.label}]", outcome, time.monotonic() - started)
        finally:
            # After an interrupt the programs that wait for their turn must not get it.
            pool.shutdown(wait=False, cancel_futures=True)

    def run_quick(self, preset):
        """Runs the native unit tests whose program changed since it passed."""
        if not preset.configure():
            self.add(f"configure {preset.name}", Outcome(failed=1), 0)
            return
        programs = {name: path for name, path in preset.programs().items() if name.startswith("unit_")}
        self.resolve(programs)
        programs, cases = self.cases(programs)
        if not preset.build([*programs, "fixtures"]):
            self.add(f"build {preset.name}", Outcome(failed=1, output="the build failed, see above"), 0)
            return
        for name, path in programs.items():
            stamp = preset.results / (name + ".passed")
            state = hashlib.sha256(path.read_bytes()).hexdigest()
            if not self.pattern and stamp.exists() and stamp.read_text() == state:
                say(f"  ok  {name}: unchanged since it passed")
                continue
            start = time.monotonic()
            outcome = preset.run_program(path, cases)
            self.add(name, outcome, time.monotonic() - start)
            if not self.pattern and not outcome.failed:
                stamp.write_text(state)

    def finish(self):
        if self.pattern and not self.matched:
            say(f"error: no program, check or test case matches '{self.pattern}'")
            self.total.failed += 1
        skipped = f", {self.total.skipped} skipped" if self.total.skipped else ""
        say(f"{self.total.passed} passed, {self.total.failed} failed{skipped}")
        return 1 if self.total.failed else 0


def static_checks(session):
    session.check("floors (self-test)", lambda: run_captured(["scripts/check-floors.py", "--self-test"]))
    session.check("floors", lambda: run_captured(["scripts/check-floors.py"]))
    session.check("format", lambda: run_captured(["python3", LIBRARY / "format.py", "--check"]))
    session.check("shellcheck", lambda: run_captured(["python3", LIBRARY / "format.py", "--shell"]))


def release_checks(session):
    exe = PROJECT / "build/mingw-release/src/svcwrap.exe"
    session.check("imports", lambda: run_captured(["python3", LIBRARY / "check_release.py", "imports", exe]))
    session.check("reproducible", lambda: run_captured(["python3", LIBRARY / "check_release.py", "reproducible", exe]))


def run_installer(session, windows):
    """The packages, and the MSI's life under Wine: a program of its own that counts its cases."""
    if session.pattern is not None and not (session.by_name and session.wants("installer")):
        return
    if not (windows.configure() and windows.build(["svcwrap", "svcwrap_setup", "fixtures"])):
        session.add("build the installer", Outcome(failed=1, output="the build failed, see above"), 0)
        return
    start = time.monotonic()
    code, output = run_captured(["python3", PROJECT / "tests/installer/run.py"])
    session.add("installer [Wine]", read_report(windows.results / "no report", code, output), time.monotonic() - start)


def fuzzers(pattern):
    """The names of the fuzzers; a pattern that does not say so means others."""
    return [f"fuzz {name}" for name in fuzz.targets()] if pattern is None or pattern.lower().startswith("fuzz") else []


def run_fuzzers(session):
    """A moment for each fuzzer: a test of its own, which fails if it finds something."""
    names = {label: label.removeprefix("fuzz ") for label in fuzzers(session.pattern) if session.wants(label)}
    if not names:
        return
    preset = Preset(fuzz.PRESET, "libFuzzer")
    if not (preset.configure() and preset.build([f"fuzz_{name}" for name in names.values()])):
        session.add("build the fuzzers", Outcome(failed=1, output="the build failed, see above"), 0)
        return
    say(f"==> fuzzing for {FUZZ_SECONDS} s each")

    def run(name):
        return run_captured(fuzz.command(name, FUZZ_SECONDS), environment={"UBSAN_OPTIONS": "print_stacktrace=1"})

    pool = concurrent.futures.ThreadPoolExecutor(JOBS)
    try:
        started = time.monotonic()
        futures = {pool.submit(run, name): label for label, name in names.items()}
        for future in concurrent.futures.as_completed(futures):
            label, (code, output) = futures[future], future.result()
            outcome = Outcome(passed=int(code == 0), failed=int(code != 0), output=fuzz.finding(label, output))
            session.add(label, outcome, time.monotonic() - started)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def run_everything(session):
    native = Preset("linux-asan", "ASan, UBSan")
    windows = Preset("mingw-release", "Wine")
    if session.pattern is not None:
        names = native.programs() if native.configure() else ()
        session.resolve([*names, *THREADED, *WINDOWS, *CHECKS, *fuzzers(session.pattern)])
    static_checks(session)
    session.run_preset(native, leave_out=() if session.by_name else NATIVE_ON_DEMAND)
    session.run_preset(Preset("linux-tsan", "TSan"), THREADED)
    run_fuzzers(session)
    session.run_preset(windows, WINDOWS)
    run_installer(session, windows)
    if session.wants("tidy"):
        say("==> clang-tidy")
        native.configure()
        session.check("tidy", lambda: (run_shown(["python3", LIBRARY / "tidy.py", native.folder]), ""))
    if session.wants("imports") or session.wants("reproducible"):
        if windows.configure() and windows.build(["svcwrap"]):
            release_checks(session)
        else:
            session.add("build svcwrap.exe", Outcome(failed=1, output="the build failed, see above"), 0)


def main():
    parser = argparse.ArgumentParser(prog="scripts/test.sh")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--filter", metavar="TEXT")
    options = parser.parse_args()
    session = Session(options.filter)
    signal.signal(signal.SIGTERM, interrupt)
    try:
        if options.quick:
            session.run_quick(Preset("linux-debug", "debug"))
        else:
            run_everything(session)
    except KeyboardInterrupt:
        end_all()
        session.total.failed += 1
        say("interrupted")
    return session.finish()


if __name__ == "__main__":
    sys.exit(main())
