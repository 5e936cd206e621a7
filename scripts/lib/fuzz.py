#!/usr/bin/env python3
"""Runs the fuzzers of tests/fuzz: for scripts/fuzz.sh, and for a moment in each scripts/test.sh.

Usage, inside the build environment: fuzz.py SECONDS. Ends at the first finding, whose input is kept.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(os.environ["SVCWRAP_PROJECT"])
PRESET = "linux-fuzz"
BUILD = PROJECT / "build" / PRESET
SEEDS = PROJECT / "tests/fuzz/seeds"
# An input that takes longer hangs, even on a machine that is busy.
LIMIT = 120


def targets():
    """The names of the targets, in the order of their declarations; CMake makes a program fuzz_NAME of each."""
    return re.findall(r"^void (\w+)\(", (PROJECT / "tests/fuzz/targets.hpp").read_text(), re.MULTILINE)


def command(name, seconds):
    """The command that runs a target so long, from its seeds and with what earlier runs found worth keeping."""
    corpus = BUILD / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    seeds = [folder for folder in (SEEDS / name,) if folder.is_dir()]
    return ["nice", BUILD / "tests" / f"fuzz_{name}", f"-max_total_time={seconds}", f"-timeout={LIMIT}",
            f"-artifact_prefix={corpus}.", corpus, *seeds]


def finding(name, output):
    """What is worth reading of the output of a fuzzer that found something."""
    return f"{name} found something; see the input that is named below\n" + "\n".join(output.splitlines()[-60:])


def main():
    if len(sys.argv) != 2 or not re.fullmatch("[1-9][0-9]*", sys.argv[1]):
        sys.exit("usage: scripts/fuzz.sh [SECONDS]")
    for step in (["cmake", "--preset", PRESET], ["cmake", "--build", BUILD, "--target", "fuzzers"]):
        done = subprocess.run(step, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            sys.exit(done.stdout)
    for name in targets():
        done = subprocess.run(command(name, sys.argv[1]), cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=False)
        output = done.stdout.decode("utf-8", "replace")
        if done.returncode != 0:
            sys.exit(finding(name, output))
        print(f"{name}: {(re.findall('#.*DONE.*', output) or ['done'])[-1]}", flush=True)
    print(f"{len(targets())} fuzzers ran without a finding")


if __name__ == "__main__":
    main()
