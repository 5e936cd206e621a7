#!/usr/bin/env python3
"""Measures what a wrapper costs, for svcwrap.exe beside NSSM under Wine.

footprint.py --svcwrap EXE --nssm EXE --programs FOLDER [times|memory|idle|many]... [--rounds N] [--services N] [--quick]

times    start: from StartService to the first instruction of the child's main();
         restart: from the child's own end, one second after its start, to the first instruction of the next one;
         stop: from ControlService to STOPPED, with a child that ends at once on Ctrl-C, and by force
memory   of the wrapper, while its child runs, and after 64 MB of output
idle     the wrapper's CPU time in 30 s in which nothing happens
many     so many services at once, without logs
Otherwise both wrappers keep the child's output in files with rotation, give it a console, and restart it without delay.
The tables are Markdown.
"""
import argparse
import statistics
import time

import wrappers

KINDS = (wrappers.Nssm, wrappers.Svcwrap)
ROTATE_AT = 10_000_000
IDLE_SECONDS = 30
# A child that runs shorter than the least time between two launches would measure that.
LIFE_MS = 1000


def make(kind, tools, suffix, arguments, stop="ctrl-c"):
    name = f"{kind.__name__.lower()}-{suffix}"
    service = kind(name, tools, arguments, stop=stop, rotate_at=ROTATE_AT)
    service.install()
    return service


def row(name, unit, nssm, svcwrap, digits=1):
    a, b = statistics.median(nssm), statistics.median(svcwrap)
    ratio = f"{b / a:.2f}" if a > 0 else "-"
    print(f"| {name} | {a:.{digits}f} ({min(nssm):.{digits}f} to {max(nssm):.{digits}f}) "
          f"| {b:.{digits}f} ({min(svcwrap):.{digits}f} to {max(svcwrap):.{digits}f}) | {unit} | {ratio} |", flush=True)


def head(title):
    print(f"\n{title}\n\n| | NSSM 2.24 | svcwrap | | of NSSM's |\n|---|---|---|---|---|")


# ---- times ----

def start_and_stop(service, scm):
    service.clear()
    asked = scm.start(service.name)
    started = service.wait_for("started")[0]
    time.sleep(0.5)
    return (started - asked) * 1000, scm.stop(service.name) * 1000


def restarts(service, scm, count):
    service.clear()
    scm.start(service.name)
    starts = service.wait_for("started", count + 1)
    scm.stop(service.name)
    return [(start - end) * 1000 for end, start in zip(service.reports("ending"), starts[1:count + 1])]


def times(tools, scm, args):
    measured = {kind: {"start": [], "ctrl-c": [], "terminate": [], "restart": []} for kind in KINDS}
    idle = {(kind, stop): make(kind, tools, stop, ["idle"], stop) for kind in KINDS for stop in ("ctrl-c", "terminate")}
    mortal = {kind: make(kind, tools, "mortal", ["live", str(LIFE_MS)], "terminate") for kind in KINDS}
    for _ in range(args.rounds):
        for (kind, stop), service in idle.items():
            start, stopped = start_and_stop(service, scm)
            measured[kind]["start"].append(start)
            measured[kind][stop].append(stopped)
    for _ in range(-(-args.rounds // 5)):
        for kind, service in mortal.items():
            measured[kind]["restart"] += restarts(service, scm, 5)
    for service in (*idle.values(), *mortal.values()):
        service.uninstall()
    head(f"Medians of {args.rounds} (starts: {2 * args.rounds}); in brackets the least and the most")
    for key, name in (("start", "start to the child's first instruction"), ("restart", "child's end to its restart"),
                      ("ctrl-c", "stop to STOPPED, Ctrl-C"), ("terminate", "stop to STOPPED, by force")):
        row(name, "ms", *(measured[kind][key] for kind in KINDS))


# ---- memory ----

def settled_memory(service, scm, until):
    service.clear()
    scm.start(service.name)
    service.wait_for(until)
    time.sleep(5)
    found = service.wrapper().memory()
    scm.stop(service.name)
    return found


def memory(tools, scm, args):
    services = {}
    for kind in KINDS:
        services[kind, "the child runs"] = make(kind, tools, "memory", ["idle"]), "started"
        services[kind, "after 64 MB of output"] = make(kind, tools, "flood", ["flood", "64000000", "65536"]), "flooded"
    found = {key: [] for key in services}
    for _ in range(3):
        for key, (service, until) in services.items():
            found[key].append(settled_memory(service, scm, until))
    for service, _ in services.values():
        service.uninstall()
    head("The wrapper's memory, as Linux counts it, with Wine's own part; medians of 3")
    for when in ("the child runs", "after 64 MB of output"):
        for index, name in enumerate(("private memory", "working set")):
            row(f"{name}, {when}", "MiB", *([pair[index] for pair in found[kind, when]] for kind in KINDS))


# ---- idle ----

def idle(tools, scm, args):
    services = {kind: make(kind, tools, "idle", ["idle"]) for kind in KINDS}
    scm.start(*(service.name for service in services.values()))
    for service in services.values():
        service.wait_for("started")
    time.sleep(10)
    wrappers_of = {kind: service.wrapper() for kind, service in services.items()}
    before = {kind: (process.cpu_ticks(), process.wake_ups()) for kind, process in wrappers_of.items()}
    time.sleep(IDLE_SECONDS)
    spent = {kind: [now - then for now, then in zip((process.cpu_ticks(), process.wake_ups()), before[kind])]
             for kind, process in wrappers_of.items()}
    for service in services.values():
        scm.stop(service.name)
        service.uninstall()
    head(f"The wrapper in {IDLE_SECONDS} s in which nothing happens")
    for index, (name, unit) in enumerate((("CPU time", f"ticks of {1000 // wrappers.TICKS} ms"), ("wake-ups", ""))):
        row(name, unit, *([spent[kind][index]] for kind in KINDS), digits=0)


# ---- many ----

def timed(work):
    begin = time.monotonic()
    work()
    return time.monotonic() - begin


def list_services(kind, tools, names):
    if kind is wrappers.Svcwrap:
        text = wrappers.run(tools.svcwrap, "status", check=False)
        if missing := [name for name in names if name not in text]:
            raise SystemExit(f"status does not list {missing}")
    else:
        for name in names:  # it has no list; a command a service is what there is
            wrappers.run(tools.nssm, "status", name)


def one_go(kind, tools, scm, count):
    services = [kind(f"{kind.__name__.lower()}-many{i}", tools, ["idle"]) for i in range(count)]
    names = [service.name for service in services]
    took = {"installed, a command each": timed(lambda: [service.install() for service in services])}
    asked = scm.start(*names)
    took["started, all asked for at once, until every child runs"] = max(
        service.wait_for("started")[0] for service in services) - asked
    took["listed with their states"] = timed(lambda: list_services(kind, tools, names))
    processes = [service.wrapper() for service in services] if kind is wrappers.Svcwrap else all_nssm(services)
    private = sum(process.memory()[0] for process in processes)
    took["stopped, all asked at once, until all are STOPPED"] = scm.stop(*names)
    took["removed, a command each"] = timed(lambda: [service.uninstall() for service in services])
    return took, private


def all_nssm(services):
    return wrappers.processes_with(services[0].process_marks())


def many(tools, scm, args):
    found = {kind: one_go(kind, tools, scm, args.services) for kind in KINDS}
    head(f"{args.services} services, without logs")
    for name in found[KINDS[0]][0]:
        row(name, "s", *([found[kind][0][name]] for kind in KINDS), digits=2)
    row("private memory of all wrappers", "MiB", *([found[kind][1]] for kind in KINDS), digits=0)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    wrappers.add_tools(parser)
    parser.add_argument("what", nargs="*")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--services", type=int, default=100)
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    if args.quick:
        args.rounds, args.services = min(args.rounds, 5), min(args.services, 10)
    known = {"times": times, "memory": memory, "idle": idle, "many": many}
    if unknown := set(args.what) - set(known):
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    tools, scm = wrappers.begin(args)
    for name in args.what or known:
        known[name](tools, scm, args)
    scm.close()


if __name__ == "__main__":
    main()
