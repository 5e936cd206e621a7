#!/usr/bin/env python3
"""Measures how fast output gets from a child into rotated log files, for svcwrap.exe beside NSSM under Wine.

throughput.py --svcwrap EXE --nssm EXE --programs FOLDER [--rounds N] [--mb N] [--line-mb N] [--quick]

A round is one start of each service, one after the other. Its time begins before the child's first write and ends with
the last write to a log file, by that file's own time: all bytes were accepted by then, and are in the file.
The tables are Markdown.
"""
import argparse
import json
import statistics
import time

import wrappers

ROTATE_AT = 10_000_000
LINES = b"".join(b"%09d " % i + b"x" * 89 + b"\n" for i in range(16384))
QUIET = 0.5  # nothing more is written after so long


def contestants(tools, size, per_write, prefix):
    child = ["flood", str(size), str(per_write)]
    common = {"tools": tools, "arguments": child, "stop": "terminate", "rotate_at": ROTATE_AT}
    yield wrappers.Nssm(f"{prefix}-nssm", **common)
    for form in ("raw", "text", "json"):
        yield wrappers.Svcwrap(f"{prefix}-{form}", form=form, **common)


# The rotated files' names sort by time. The current one comes last.
def files_of(service):
    current = "stdout.log" if isinstance(service, wrappers.Svcwrap) else "output.log"
    files = [entry for entry in service.logs.iterdir() if entry.is_file()]
    return sorted(files, key=lambda entry: (entry.name == current, entry.name))


def message(line, form):
    return line.split(b" ", 2)[2] if form == "text" else json.loads(line)["message"].encode() + b"\n"


# What is in the files, without what the format adds.
def output_of(service):
    for file in files_of(service):
        if service.form == "raw":
            yield file.read_bytes()
        else:
            with open(file, "rb") as lines:
                yield b"".join(message(line, service.form) for line in lines)


# Compares with the lines that the child repeats; returns how many bytes are as they were written, from the start.
def intact_bytes(service):
    at = 0
    for data in output_of(service):
        expected = LINES[at % len(LINES):]
        expected += LINES * ((len(data) - len(expected)) // len(LINES) + 1)
        if not expected.startswith(data):
            return at + next(i for i, (a, b) in enumerate(zip(data, expected)) if a != b)
        at += len(data)
    return at


def last_write(service):
    return max(file.stat().st_mtime for file in files_of(service))


def wait_until_quiet(service):
    while time.time() - last_write(service) < QUIET:
        time.sleep(QUIET / 4)


# Seconds, the wrapper's CPU seconds, the bytes that arrived as they were written, and the number of files.
def measure(service, scm):
    service.clear()
    scm.start(service.name)
    service.wait_for("started")
    wrapper = service.wrapper()
    cpu = wrapper.cpu_seconds()
    service.wait_for("flooded", patience=600)
    wait_until_quiet(service)
    cpu = wrapper.cpu_seconds() - cpu
    wall = last_write(service) - service.reports("flooding")[0]
    scm.stop(service.name)
    result = wall, cpu, intact_bytes(service), len(files_of(service))
    service.clear()
    return result


def compare(tools, scm, size, per_write, rounds):
    services = list(contestants(tools, size, per_write, f"flood{per_write}"))
    for service in services:
        service.install()
    results = {service: [] for service in services}
    for _ in range(rounds):
        for service in services:
            results[service].append(measure(service, scm))
    for service in services:
        service.uninstall()
    show(results, size, per_write)


def show(results, size, per_write):
    print(f"\n{size / 1e6:g} MB written {per_write} bytes at a time, rotation at {ROTATE_AT / 1e6:g} MB, "
          f"medians of {len(next(iter(results.values())))} rounds\n")
    print("| wrapper | MB/s | of NSSM's | least, most MB/s | wrapper's CPU s per GB | files | bytes that arrived |")
    print("|---|---|---|---|---|---|---|")
    nssm = None
    for service, rounds in results.items():
        walls, cpus, arrived, files = zip(*rounds)
        speed = size / statistics.median(walls) / 1e6
        nssm = nssm or speed
        form = f" {service.form}" if isinstance(service, wrappers.Svcwrap) else ""
        whole = "all" if set(arrived) == {size} else f"{min(arrived)} of {size} in the worst round"
        print(f"| {service.program}{form} | {speed:.1f} | {speed / nssm:.2f} "
              f"| {size / max(walls) / 1e6:.1f}, {size / min(walls) / 1e6:.1f} "
              f"| {statistics.median(cpus) * 1e9 / size:.2f} | {round(statistics.median(files))} | {whole} |", flush=True)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    wrappers.add_tools(parser)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--mb", type=int, default=256)
    parser.add_argument("--line-mb", type=int, default=4)
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    if args.quick:
        args.rounds, args.mb, args.line_mb = min(args.rounds, 3), min(args.mb, 64), min(args.line_mb, 2)
    tools, scm = wrappers.begin(args)
    compare(tools, scm, args.mb * 1_000_000, 65536, args.rounds)
    compare(tools, scm, args.line_mb * 1_000_000, 100, args.rounds)
    scm.close()


if __name__ == "__main__":
    main()
