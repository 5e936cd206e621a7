"""Test programs and the commands around them: builds a preset, runs its programs, and counts what they report.

A part of run_tests.py.
"""
import json
import os
import re
import signal
import subprocess
import tempfile
import xml.etree.ElementTree as xml
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(os.environ["SVCWRAP_PROJECT"])
LIBRARY = PROJECT / "scripts/lib"
NODE = Path(os.environ["SVCWRAP_DEPS"]) / "node/bin/node.exe"
# Whose waiting threads live by the real clock, as everything under Wine does.
REAL_TIME = ("scenarios", "integration", "unit_host")
# It has a main function of its own instead of Catch2's: no options, no report, "N passed, N failed" as its last line.
OWN_MAIN = ("simulation",)
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
