"""svcwrap and NSSM as services of one Wine session, set alike, for throughput.py and footprint.py."""
import os
import pathlib
import shutil
import subprocess
import time

WINE = os.environ["WINELOADER"]
PREFIX = pathlib.Path(os.environ["WINEPREFIX"])
FOLDER = PREFIX / "drive_c" / "bench"
TICKS = os.sysconf("SC_CLK_TCK")
EPOCH = 116_444_736_000_000_000  # 1970 in 100 ns since 1601
PATIENCE = 120


def windows_path(path):
    path = pathlib.Path(path)
    if path.is_relative_to(PREFIX / "drive_c"):
        return "C:\\" + str(path.relative_to(PREFIX / "drive_c")).replace("/", "\\")
    return "Z:" + str(path).replace("/", "\\")


# Into a file: whatever Wine starts in the background would keep a pipe open.
def run(program, *arguments, check=True):
    with open(FOLDER / "said", "wb") as said:
        ran = subprocess.run([WINE, str(program), *arguments], stdin=subprocess.DEVNULL, stdout=said,
                             stderr=subprocess.STDOUT, cwd=FOLDER, timeout=PATIENCE)
    text = (FOLDER / "said").read_text(errors="replace")
    if check and ran.returncode != 0:
        raise SystemExit(f"{program} {' '.join(arguments)}: {ran.returncode}\n{text}")
    return text


def seconds(filetime):
    return (int(filetime) - EPOCH) / 10_000_000


class Scm:
    """The Service Control Manager, asked by a program that lives as long as this object."""

    def __init__(self, program):
        self.program = subprocess.Popen([WINE, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=FOLDER)

    def ask(self, request):
        self.program.stdin.write(request.encode() + b"\n")
        self.program.stdin.flush()
        answer = self.program.stdout.readline().decode().split()
        if not answer or answer[0] == "error":
            raise SystemExit(f"{request}: {' '.join(answer)}")
        return answer

    def start(self, *names):
        return seconds(self.ask("start " + " ".join(names))[0])

    def stop(self, *names):
        before, after = self.ask("stop " + " ".join(names))
        return seconds(after) - seconds(before)

    def close(self):
        self.program.stdin.close()
        self.program.wait()


class Service:
    """What both wrappers have in common: a child with its report, and a folder of logs."""

    def __init__(self, name, tools, arguments, stop="ctrl-c", rotate_at=None, form="raw"):
        self.name = name
        self.tools = tools
        self.folder = FOLDER / name
        self.report_file = self.folder / "report"
        self.logs = self.folder / "logs"
        self.child = [windows_path(self.report_file), *arguments]
        self.stop = stop
        self.rotate_at = rotate_at
        self.form = form
        self.folder.mkdir(parents=True)
        self.logs.mkdir()

    def clear(self):
        self.report_file.unlink(missing_ok=True)
        shutil.rmtree(self.logs)
        self.logs.mkdir()

    def reports(self, what):
        if not self.report_file.exists():
            return []
        rows = [line.split() for line in self.report_file.read_text().splitlines()]
        return [seconds(row[1]) for row in rows if row[0] == what and len(row) == 3]

    def wait_for(self, what, count=1, patience=PATIENCE):
        end = time.monotonic() + patience
        while len(times := self.reports(what)) < count:
            if time.monotonic() > end:
                raise SystemExit(f"{self.name}: no '{what}' within {patience} s")
            time.sleep(0.005)
        return times

    # The wrapper's process, as Linux sees it; one that ended just now may be there for a moment.
    def wrapper(self):
        end = time.monotonic() + PATIENCE
        while len(found := processes_with(self.process_marks())) != 1:
            if time.monotonic() > end:
                raise SystemExit(f"{self.name}: {len(found)} processes look like its wrapper")
            time.sleep(0.05)
        return found[0]


# The processes of this Wine session that run the first of these, with the others in their command lines.
def processes_with(marks):
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            line = (entry / "cmdline").read_bytes()
            runs_it = marks[0] in line.split(b"\0")[0] and all(mark in line for mark in marks)
            if entry.name.isdigit() and runs_it and is_ours(entry):
                found.append(Process(entry))
        except OSError:
            pass
    return found


def is_ours(entry):
    return f"WINEPREFIX={PREFIX}".encode() in (entry / "environ").read_bytes().split(b"\0")


class Process:
    def __init__(self, entry):
        self.entry = entry

    def cpu_ticks(self):
        fields = (self.entry / "stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    def wake_ups(self):
        texts = ((task / "status").read_text() for task in (self.entry / "task").iterdir())
        return sum(int(line.split()[1]) for text in texts for line in text.splitlines() if "ctxt_switches" in line)

    def cpu_seconds(self):
        return self.cpu_ticks() / TICKS

    # Private memory and working set, MiB.
    def memory(self):
        rows = dict(line.split(":", 1) for line in (self.entry / "smaps_rollup").read_text().splitlines()[1:])
        kib = {name: int(value.split()[0]) for name, value in rows.items()}
        return (kib["Private_Clean"] + kib["Private_Dirty"]) / 1024, kib["Rss"] / 1024


class Svcwrap(Service):
    program = "svcwrap"

    def toml(self):
        keeps = self.rotate_at is not None
        lines = [
            "schema = 1", "[service]", f"name = '{self.name}'", "start = 'manual'", "allow_insecure = true",
            "[process]", f"executable = '{windows_path(self.tools.child)}'", f"arguments = {self.child!r}",
            f"working_directory = '{windows_path(self.folder)}'",
            "[stop]", f"steps = [{{ method = '{self.stop}', timeout = '20s' }}]",
            "[restart]", "policy = 'always'", "delay = '0s'", "limit = 0",
            "[logs]", f"directory = '{windows_path(self.logs)}'", f"stdout = '{'file' if keeps else 'discard'}'",
            f"format = '{self.form}'",
        ]
        if keeps:
            lines += ["[logs.rotate]", f"max_size = '{self.rotate_at}B'", "[logs.keep]", "files = 10000", "total_size = '1 TiB'"]
        return "\n".join(lines).replace("\\\\", "\\") + "\n"

    def install(self):
        file = self.folder / "service.toml"
        file.write_text(self.toml())
        run(self.tools.svcwrap, "install", self.name, "--config", windows_path(file))

    def uninstall(self):
        run(self.tools.svcwrap, "uninstall", self.name, "--purge")

    def process_marks(self):
        return [self.tools.svcwrap.name.encode(), self.name.encode() + b"\0"]


class Nssm(Service):
    program = "NSSM 2.24"

    # Its waits for a stop are its own; what it may skip are bits: 1 Ctrl-C, 2 WM_CLOSE, 4 WM_QUIT, 8 the end by force.
    # Without logs it is left at its defaults: each setting takes a command.
    def settings(self):
        if self.rotate_at is None:
            return {}
        skip = {"ctrl-c": 2 | 4, "terminate": 1 | 2 | 4}[self.stop]
        log = windows_path(self.logs / "output.log")
        return {"AppDirectory": windows_path(self.folder), "AppThrottle": 0, "AppRestartDelay": 0,
                "AppStopMethodSkip": skip, "Start": "SERVICE_DEMAND_START", "AppStdout": log, "AppStderr": log,
                "AppRotateFiles": 1, "AppRotateOnline": 1, "AppRotateBytes": self.rotate_at}

    def install(self):
        run(self.tools.nssm, "install", self.name, windows_path(self.tools.child), *self.child)
        for name, value in self.settings().items():
            run(self.tools.nssm, "set", self.name, name, str(value))

    def uninstall(self):
        run(self.tools.nssm, "remove", self.name, "confirm")

    def process_marks(self):
        return [self.tools.nssm.name.encode()]


class Tools:
    def __init__(self, args):
        self.svcwrap = args.svcwrap
        self.nssm = args.nssm
        self.child = args.programs / "bench_child.exe"
        self.scm = args.programs / "bench_scm.exe"


def add_tools(parser):
    for name in ("svcwrap", "nssm", "programs"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)


def begin(args):
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    tools = Tools(args)
    scm = Scm(tools.scm)
    scm.ask("ready")
    return tools, scm
