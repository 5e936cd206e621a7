#!/usr/bin/env python3
"""Measures `svcwrap pipe` and `svcwrap logs`, beside other programs that rotate logs, in one run.

bench.py SVCWRAP FOLDER [speed|memory|flood|idle|follow|retention|query]...
         [--mb N] [--line N] [--by-line] [--rounds N] [--minutes N]

The tables are Markdown. FOLDER is made, filled and removed again.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time

FEED = pathlib.Path(__file__).with_name("feed.py")
ROTATE_AT = 50_000_000
KEEP = 20


def feed(total, size, *options, into):
    return subprocess.Popen([sys.executable, str(FEED), str(total), str(size), *options], stdout=into)


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


# ---- speed ----

def svcwrap(exe, folder, form):
    return [exe, "pipe", "--dir", str(folder), "--max-size", f"{ROTATE_AT}B", "--keep", str(KEEP), "--format", form]


def svlogd(folder):
    (folder / "config").write_text(f"s{ROTATE_AT}\nn{KEEP}\n")
    return ["svlogd", str(folder)]


# multilog's largest file is 16 MB.
def contestants(exe):
    return {
        "cat > file": lambda d: ["sh", "-c", f"exec cat > {d}/out"],
        "svcwrap raw": lambda d: svcwrap(exe, d, "raw"),
        "svcwrap text": lambda d: svcwrap(exe, d, "text"),
        "svcwrap json": lambda d: svcwrap(exe, d, "json"),
        "rotatelogs": lambda d: ["rotatelogs", "-n", str(KEEP), f"{d}/log", f"{ROTATE_AT // 1_000_000}M"],
        "s6-log": lambda d: ["s6-log", f"n{KEEP}", f"s{ROTATE_AT}", str(d)],
        "s6-log t": lambda d: ["s6-log", "t", f"n{KEEP}", f"s{ROTATE_AT}", str(d)],
        "multilog": lambda d: ["multilog", "s16777215", f"n{KEEP}", str(d)],
        "svlogd": svlogd,
    }


# Wall time from the first byte to the end of the program, and its own CPU time.
def measure(command, total, size, options):
    begin = time.monotonic()
    program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    feeder = feed(total, size, *options, into=program.stdin)
    program.stdin.close()
    _, status, usage = os.wait4(program.pid, 0)
    program.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - begin
    if feeder.wait() != 0 or program.returncode != 0:
        sys.exit(f"{command[0]} failed: {program.returncode}")
    return wall, usage.ru_utime + usage.ru_stime


def speed(args):
    total = args.mb * 1_000_000
    options = ["--by-line"] if args.by_line else []
    results = {}
    for _ in range(args.rounds):
        for name, command in contestants(args.svcwrap).items():
            tool = command(fresh(args.folder))
            if shutil.which(tool[0]) is None:
                continue
            results.setdefault(name, []).append(measure(tool, total, args.line, options))
    kind = ", a line a write" if args.by_line else ""
    print(f"\n{args.mb} MB of {args.line}-byte lines{kind}, the best of {args.rounds} rounds\n")
    print("| program | s per GB | of cat | CPU s per GB |\n|---|---|---|---|")
    cat = min(wall for wall, _ in results["cat > file"])
    for name, rounds in results.items():
        wall, cpu = (min(column) for column in zip(*rounds))
        per_gb = 1000 / args.mb
        print(f"| {name} | {wall * per_gb:.2f} | {cat / wall:.2f} | {cpu * per_gb:.2f} |")


# ---- memory, idleness ----

def private_mib(pid):
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(n) for n in re.findall(r"^Private_\w+: +(\d+) kB", text, re.M)) / 1024


def memory(args):
    print("\n| format | input | peak of private memory, MiB: first half | second half |\n|---|---|---|---|")
    for form in ("raw", "text", "json"):
        for size, option in ((100, None), (10_000, None), (10, None), (65536, "--no-lines")):
            program = subprocess.Popen(svcwrap(args.svcwrap, fresh(args.folder), form), stdin=subprocess.PIPE)
            feeder = feed(args.mb * 1_000_000, size, *([option] if option else []), into=program.stdin)
            program.stdin.close()
            seen = []
            while feeder.poll() is None:
                time.sleep(0.02)
                try:
                    seen.append(private_mib(program.pid))
                except ProcessLookupError:
                    break  # it ended just now
            feeder.wait()
            program.wait()
            half = len(seen) // 2
            what = "no newline at all" if option else f"{size}-byte lines"
            print(f"| {form} | {what} | {max(seen[:half], default=0):.1f} | {max(seen[half:], default=0):.1f} |")


# Three programs at once, one for each format, each with more lines than it can take, for minutes on end.
def flood(args):
    programs = {}
    for form in ("raw", "text", "json"):
        command = svcwrap(args.svcwrap, fresh(args.folder / form), form) + ["--json"]
        program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        feeder = feed(1 << 60, args.line, into=program.stdin)
        program.stdin.close()
        programs[form] = (program, feeder, [])
    seconds = 60 * args.minutes
    begin = time.monotonic()
    while (now := time.monotonic() - begin) < seconds:
        for program, _, seen in programs.values():
            seen.append((now, private_mib(program.pid)))
        time.sleep(0.2)
    first = min(60, seconds / 2)
    print(f"\n{args.minutes:g} minutes of {args.line}-byte lines as fast as they go, three formats at once\n")
    print(f"| format | GB | rotations | peak of private memory, MiB: first {first:g} s | after that |\n|---|---|---|---|---|")
    for form, (program, feeder, seen) in programs.items():
        feeder.terminate()
        counters = json.loads(program.stdout.read())["counters"]
        feeder.wait()
        if program.wait() != 0 or counters["lost_bytes"] != 0 or counters["dropped_bytes"] != 0:
            sys.exit(f"{form}: not all was written: {program.returncode}, {counters}")
        early = max(mib for at, mib in seen if at < first)
        late = max(mib for at, mib in seen if at >= first)
        print(f"| {form} | {counters['bytes_in'] / 1e9:.1f} | {counters['rotations']} | {early:.2f} | {late:.2f} |")


def wakeups(pid):
    states = pathlib.Path(f"/proc/{pid}/task").glob("*/status")
    found = [re.findall(r"ctxt_switches:\s+(\d+)", state.read_text()) for state in states]
    return sum(int(n) for numbers in found for n in numbers)


def idle(args):
    print("\n| format | wake-ups in 10 s without output |\n|---|---|")
    for form in ("raw", "text", "json"):
        program = subprocess.Popen(svcwrap(args.svcwrap, fresh(args.folder), form), stdin=subprocess.PIPE)
        program.stdin.write(b"a line\n")
        program.stdin.flush()
        time.sleep(5)
        before = wakeups(program.pid)
        time.sleep(10)
        print(f"| {form} | {wakeups(program.pid) - before} |")
        program.stdin.close()
        program.wait()


# ---- reading ----

def follow(args):
    folder = fresh(args.folder)
    program = subprocess.Popen([args.svcwrap, "pipe", "--dir", str(folder), "--max-size", "4KiB"],
                               stdin=subprocess.PIPE)
    program.stdin.write(b"0\n")
    program.stdin.flush()
    time.sleep(1)
    reader = subprocess.Popen([args.svcwrap, "logs", "--dir", str(folder), "-n", "0", "-f"], stdout=subprocess.PIPE)
    time.sleep(1)
    delays = []

    def read():
        for line in reader.stdout:
            delays.append(time.monotonic() - float(line.split()[0]))

    thread = threading.Thread(target=read)
    thread.start()
    for _ in range(100):
        program.stdin.write(f"{time.monotonic():.6f} {'x' * 200}\n".encode())
        program.stdin.flush()
        time.sleep(0.053)
    time.sleep(1)
    reader.terminate()
    thread.join()
    program.stdin.close()
    program.wait()
    print(f"\nfollow: {len(delays)} of 100 lines over {len(list(folder.iterdir()))} files, shown after "
          f"{1000 * statistics.median(delays):.0f} ms in the middle, {1000 * max(delays):.0f} ms at most")


def rotated_name(i):
    return time.strftime("output.%Y%m%dT%H%M%S.000Z.log", time.gmtime(1_700_000_000 + i))


def retention(args):
    folder = fresh(args.folder)
    for i in range(10_000):
        (folder / rotated_name(i)).write_bytes(b"old\n")
    trace = folder.with_suffix(".strace")
    command = ["strace", "-f", "-o", str(trace), "-e", "trace=getdents64,rename,renameat2",
               args.svcwrap, "pipe", "--dir", str(folder), "--max-size", "1MB", "--keep", "10000"]
    program = subprocess.Popen(command, stdin=subprocess.PIPE)
    feeder = feed(50_000_000, 100, into=program.stdin)
    program.stdin.close()
    feeder.wait()
    program.wait()
    lines = trace.read_text().splitlines()
    scans = sum(1 for line in lines if "getdents64" in line and line.endswith("= 0"))
    rotations = sum(1 for line in lines if "rename" in line)
    trace.unlink()
    print(f"\nretention: 10000 rotated files, {rotations} rotations, {scans} scans of the folder (one of them at the start)")


# The same 50 MB under many names: 10 GB to a reader, and no 10 GB to write.
def query(args):
    folder = fresh(args.folder)
    first = folder / rotated_name(0)
    with open(first, "wb") as file:
        feed(ROTATE_AT, 100, "--numbered", into=file).wait()
    for i in range(1, 200):
        os.link(first, folder / rotated_name(i))
    (folder / "output.log").write_bytes(b"last\n")
    times = []
    for _ in range(max(5, args.rounds)):
        begin = time.monotonic()
        subprocess.run([args.svcwrap, "logs", "--dir", str(folder), "-n", "10"], stdout=subprocess.DEVNULL, check=True)
        times.append(time.monotonic() - begin)
    print(f"\nquery: logs -n 10 on 10 GB in 200 rotated files: {1000 * statistics.median(times):.0f} ms in the middle, "
          f"{1000 * max(times):.0f} ms at most")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("svcwrap")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("what", nargs="*")
    parser.add_argument("--mb", type=int, default=1000)
    parser.add_argument("--line", type=int, default=100)
    parser.add_argument("--by-line", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=10)
    args = parser.parse_args()
    known = {"speed": speed, "memory": memory, "flood": flood, "idle": idle, "follow": follow, "retention": retention,
             "query": query}
    unknown = set(args.what) - set(known)
    if unknown:
        sys.exit(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    args.folder = args.folder.resolve() / "data"
    for name in args.what or known:
        known[name](args)
        sys.stdout.flush()
    shutil.rmtree(args.folder)


if __name__ == "__main__":
    main()
