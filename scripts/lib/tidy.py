#!/usr/bin/env python3
"""Runs clang-tidy on our own natively compilable sources, several at once, and skips what passed before unchanged.

A file's state is its text, that of every header of ours that it sees, its command and the configuration.
Usage: tidy.py BUILD_FOLDER [--all]   (the folder has compile_commands.json)
"""
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
TIDY = "clang-tidy-19"
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)


def included(path, seen):
    """Adds to `seen` a file and every header of ours that it includes, directly or not."""
    if path in seen:
        return
    seen.add(path)
    for name in INCLUDE.findall(path.read_text(encoding="utf-8")):
        for folder in (PROJECT / "src", PROJECT / "tests", path.parent):
            if (folder / name).exists():
                included((folder / name).resolve(), seen)
                break


def state_of(source, command, configuration):
    """A hash of all that the verdict on a source depends on."""
    seen = set()
    included(source, seen)
    digest = hashlib.sha256(configuration + command.encode())
    for path in sorted(seen):
        digest.update(str(path.relative_to(PROJECT)).encode() + path.read_bytes())
    return digest.hexdigest()


# What every test run holds us to. The rest of .clang-tidy takes three times as long: `tidy.py FOLDER --all`.
ESSENTIAL = "-*,readability-function-size,readability-identifier-naming"


def check(source, folder, checks):
    result = subprocess.run([TIDY, "--quiet", "-p", folder, *checks, "--warnings-as-errors=*", str(source)],
                            capture_output=True, text=True, check=False)
    return result.returncode, result.stdout


def our_sources(folder):
    """Source -> compile command, for our own files in the build's database."""
    commands = json.loads((folder / "compile_commands.json").read_text())
    ours = str(PROJECT / "src") + "/"
    return {Path(entry["file"]): entry["command"].replace(str(PROJECT), ".") for entry in commands
            if entry["file"].startswith(ours)}


def main():
    folder = Path(sys.argv[1]).resolve()
    checks = [] if "--all" in sys.argv else [f"--checks={ESSENTIAL}"]
    passed = Path(os.environ.get("SVCWRAP_CACHE", PROJECT / "build")) / "tidy"
    passed.mkdir(parents=True, exist_ok=True)
    version = subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout
    configuration = version + (PROJECT / ".clang-tidy").read_bytes() + "".join(checks).encode()
    states = {source: state_of(source, command, configuration) for source, command in our_sources(folder).items()}
    todo = sorted(source for source, state in states.items() if not (passed / state).exists())
    print(f"clang-tidy: {len(todo)} of {len(states)} files changed since they passed", flush=True)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        futures = {pool.submit(check, source, folder, checks): source for source in todo}
        for number, future in enumerate(concurrent.futures.as_completed(futures), 1):
            source = futures[future]
            code, output = future.result()
            print(f"[{number}/{len(todo)}] {source.relative_to(PROJECT)}{'' if code == 0 else ' FAILED'}", flush=True)
            if code == 0:
                (passed / states[source]).touch()
            else:
                failed += 1
                print(output, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
