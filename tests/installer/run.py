#!/usr/bin/env python3
"""Tests the packages: manifests, contents, and the MSI's life under Wine. The last line is "N passed, N failed".

    tests/installer/run.py [--exe FILE] [--actions FILE] [--fixtures DIR] [--filter TEXT]

Takes what is built in build/mingw-release (targets svcwrap, svcwrap_setup, fixtures) unless told otherwise. Outside the build
environment it enters it by itself.
"""
import argparse
import os
import shutil
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import both       # pylint: disable=wrong-import-position
import manifests  # pylint: disable=wrong-import-position
import packages   # pylint: disable=wrong-import-position
import releases   # pylint: disable=wrong-import-position
from harness import Cases, expect_equal  # pylint: disable=wrong-import-position
from life import Life                    # pylint: disable=wrong-import-position
from machine import Machine              # pylint: disable=wrong-import-position

BUILD = releases.PROJECT / "build/mingw-release"
WORK = releases.PROJECT / "build/installer-test"


def arguments():
    parser = argparse.ArgumentParser(prog="tests/installer/run.py")
    for name, default in (("--exe", "src/svcwrap.exe"), ("--actions", "installer/svcwrap_setup.dll"),
                          ("--fixtures", "fixtures")):
        parser.add_argument(name, type=lambda text: Path(text).resolve(), default=BUILD / default)
    parser.add_argument("--filter", metavar="TEXT", default="")
    options = parser.parse_args()
    for path in (options.exe, options.actions, options.fixtures / "sleep_ms.exe", options.fixtures / "graceful.exe"):
        if not path.exists():
            sys.exit(f"error: there is no {path}; build the targets svcwrap, svcwrap_setup and fixtures of mingw-release")
    return options


def same_bytes_again(release, options):
    again = WORK / "again"
    releases.package(options.exe, options.actions, release.version, again)
    for path in (release.msi, release.zip):
        expect_equal(release.sum_of(again / path.name), release.sum_of(path), f"the sum of {path.name}, made again,")


def run(options):
    cases = Cases(options.filter)
    older, newer, broken = releases.make(options.exe, options.actions, WORK)
    for name, function in {**manifests.CASES, **packages.CASES}.items():
        cases.run(name, function, older)
    cases.run("two versions share upgrade code and components, and nothing else", packages.upgrade_codes, older, newer)
    cases.run("the same sources give the same packages", same_bytes_again, older, options)
    cases.run("only programs for the processor of the package are taken", both.wrong_processor, older, options.actions, WORK)
    two = releases.make_both(options.exe, options.actions, WORK)
    for name, function in both.CASES.items():
        cases.run(name, function, *two)
    with Machine(WORK) as machine:
        for name, function in Life(machine, older, newer, broken, options.fixtures).cases().items():
            cases.run(name, function)
    return cases.finish()


def main():
    if "SVCWRAP_INSIDE" not in os.environ:
        enter = releases.PROJECT / "scripts/dev.sh"
        os.execv(enter, [str(enter), "python3", __file__, *sys.argv[1:]])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    options = arguments()
    shutil.rmtree(WORK, ignore_errors=True)
    return run(options)


if __name__ == "__main__":
    sys.exit(main())
