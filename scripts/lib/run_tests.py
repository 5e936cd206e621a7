#!/usr/bin/env python3
"""Builds and runs every test program and check; called by scripts/test.sh inside the build environment.

Native programs run under ASan and UBSan, those with threads under TSan too; the Windows ones run under Wine, each in a
prefix of its own. The last line is "N passed, N failed".
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as xml
from dataclasses import dataclass, field
from pathlib import Path

import fuzz

PROJECT = Path(os.environ["SVCWRAP_PROJECT"])
LIBRARY = PROJECT / "scripts/lib"
NODE = Path(os.environ["SVCWRAP_DEPS"]) / "node/bin/node.exe"
JOBS = os.cpu_count() or 2
# The programs whose code runs in more than one thread.
THREADED = ("unit_host", "unit_logs", "scenarios")
# What can be run on Windows only, or shows there what matters: real children, files, consoles, and the SCM.
WINDOWS = ("unit_platform", "integration", "service")
# Whose waiting threads live by the real clock, as everything under Wine does.
REAL_TIME = ("scenarios", "integration", "unit_host")
# Real children on Linux are nothing that ships; `--filter integration` runs them all the same.
NATIVE_ON_DEMAND = ("integration",)
CHECKS = ("floors (self-test)", "floors", "format", "shellcheck", "tidy", "imports", "reproducible", "installer")
# It has a main function of its own instead of Catch2's: no options, no report, "N passed, N failed" as its last line.
OWN_MAIN = ("simulation",)
# So many seconds for each fuzzer; scripts/fuzz.sh gives them more.
FUZZ_SECONDS = 5
# More failures than this are no matter of a busy machine.
MOST_SECOND_TRIES = 5
# A program that takes longer than this hangs.
LIMIT = 900
# Commands that run now; an interrupted session ends them.
LIVE = set()


@dataclass
class Outcome:
    """What one program or check came to."""
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    output: str = ""
    failures: list = field(default_factory=list)  # the names of the failed cases, where they are known
    second_tries: list = field(default_factory=list)  # cases that failed first and passed when they ran again


def say(text):
    print(text, flush=True)


def end(process):
    """Ends a command and what it started: politely, so that a Wine session is ended too, then not."""
    for number, patience in ((signal.SIGTERM, 60), (signal.SIGKILL, None)):
        try:
            os.killpg(process.pid, number)
            process.wait(patience)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            pass


def end_all():
    """Ends all commands that run now."""
    for process in list(LIVE):
        end(process)


def interrupt(*_):
    """A request to end (SIGTERM) is the same as Ctrl-C; one is enough."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def start(command, **options):
    """Starts a command in a session of its own, so that it can be ended with all that it starts."""
    process = subprocess.Popen([str(part) for part in command], cwd=PROJECT, stdin=subprocess.DEVNULL,
                               start_new_session=True, **options)
    LIVE.add(process)
    return process


def run_shown(command):
    """Exit code of a command whose output is for the user."""
    process = start(command)
    code = process.wait()
    LIVE.discard(process)
    return code


def run_captured(command, limit=LIMIT, environment=None):
    """Exit code and all output of a command; one that hangs is ended, and its code is 124."""
    with tempfile.TemporaryFile() as output:
        process = start(command, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})})
        try:
            code, note = process.wait(limit), ""
        except subprocess.TimeoutExpired:
            end(process)
            code, note = 124, f"\nended after {limit} s\n"
        LIVE.discard(process)
        output.seek(0)
        return code, output.read().decode("utf-8", "replace") + note


def windows_path(path):
    """The name that Wine gives a path: drive Z: is the whole file system."""
    return "Z:" + str(path).replace("/", "\\")


class Preset:
    """One build of the tree: configured, built and run by its name in CMakePresets.json."""

    def __init__(self, name, label):
        self.name = name
        self.label = label
        self.folder = PROJECT / "build" / name
        self.results = self.folder / "test-results"
        self.under_wine = name.startswith("mingw")
        self.needs_exe = not name.endswith("tsan")
        self.configured = False

    def configure(self):
        if self.configured:
            return True
        code, output = run_captured(["cmake", "--preset", self.name])
        if code != 0:
            say(output)
        self.results.mkdir(parents=True, exist_ok=True)
        self.configured = code == 0
        return self.configured

    def programs(self):
        """Test name -> program, from the registrations in tests/CMakeLists.txt."""
        listing = subprocess.run(["ctest", "--test-dir", self.folder, "--show-only=json-v1"], capture_output=True,
                                 text=True, check=False)
        tests = json.loads(listing.stdout)["tests"] if listing.returncode == 0 else []
        return {test["name"]: self.folder / "tests" / (test["name"] + (".exe" if self.under_wine else ""))
                for test in tests}

    def build(self, targets):
        say(f"==> building {self.name}")
        return run_shown(["cmake", "--build", self.folder, "--target", *targets]) == 0

    def environment(self):
        """What a test program is told by its environment (tests/README.md)."""
        fixtures, exe = self.folder / "fixtures", self.folder / "src/svcwrap"
        if self.under_wine:
            return {"SVCWRAP_EXE": windows_path(exe) + ".exe", "SVCWRAP_FIXTURES": windows_path(fixtures),
                    "SVCWRAP_NODE": windows_path(NODE)}
        return {"SVCWRAP_EXE": str(exe), "SVCWRAP_FIXTURES": str(fixtures), "SVCWRAP_NODE": "/usr/bin/node",
                "UBSAN_OPTIONS": "print_stacktrace=1",
                # The fakes of the scenarios, with their threads, live on after main() on purpose.
                "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1:report_thread_leaks=0"}

    def run_program(self, program, cases):
        """Runs one program and counts its test cases.

        Where real time passes a case that fails is run once more by itself, and both outcomes are told. A case that
        fails twice has failed; so has a program that a sanitizer ends.
        """
        outcome = self.run_once(program, cases)
        real_time = self.under_wine or program.stem in REAL_TIME
        if not real_time or not 0 < len(outcome.failures) <= MOST_SECOND_TRIES:
            return outcome
        again = self.run_once(program, [catch_name(name) for name in outcome.failures])
        if again.failed == 0 and again.passed == len(outcome.failures):
            outcome.passed += outcome.failed
            outcome.second_tries, outcome.failures, outcome.failed = outcome.failures, [], 0
        else:
            outcome.output += "\nthe second try:\n" + again.output
        return outcome

    def run_once(self, program, cases):
        """One run of a program: all its test cases, or those that the Catch2 expressions name."""
        report = self.results / (program.stem + ".xml")
        report.unlink(missing_ok=True)
        report_name = windows_path(report) if self.under_wine else report
        command = [program]
        if program.stem not in OWN_MAIN:
            command += [",".join(cases)] if cases else []
            command += ["--allow-running-no-tests", "--reporter", "console", "--reporter", f"xml::out={report_name}"]
        if self.under_wine:
            command[0] = windows_path(program)
            command = ["bash", LIBRARY / "wine.sh", "run-fresh", LIMIT - 60, *command]
        code, output = run_captured(command, environment=self.environment())
        return read_report(report, code, output)


def catch_name(name):
    """A Catch2 expression for exactly that test case."""
    return '"' + re.sub(r'([\\,\[\]"])', r"\\\1", name) + '"'


def failed_cases(report):
    """The names of the cases that a Catch2 report tells as failed."""
    return [case.get("name") for case in xml.parse(report).getroot().iter("TestCase")
            if case.find("OverallResult").get("success") == "false"]


def count_cases(report, output):
    """Passed, failed and skipped cases by a Catch2 report or, if there is no such file, by the last line of the output."""
    if report.exists():
        cases = xml.parse(report).getroot().find("OverallResultsCases")
        return (int(cases.get("successes")) + int(cases.get("expectedFailures")), int(cases.get("failures")),
                int(cases.get("skips", "0")))
    last_line = re.search(r"^(\d+) passed, (\d+) failed\s*\Z", output, re.MULTILINE)
    return int(last_line[1]), int(last_line[2]), 0


def read_report(report, code, output):
    """The counts of a program; one that ended badly without a report, or despite a good one, counts as failed."""
    outcome = Outcome(output=output)
    try:
        outcome.passed, outcome.failed, outcome.skipped = count_cases(report, output)
        outcome.failures = failed_cases(report) if outcome.failed and report.exists() else []
    except (OSError, xml.ParseError, AttributeError, TypeError):
        outcome.output += "\nthe program ended before it could report\n"
        outcome.failed = 1
    if code != 0 and outcome.failed == 0 and not (code == 4 and outcome.skipped):
        outcome.output += f"\nexit code {code}\n"
        outcome.failed = 1
    return outcome


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
