"""A Wine prefix that plays the machine on which svcwrap is installed."""
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from harness import expect, expect_equal
from releases import PROJECT

EXE = r"C:\Program Files\svcwrap\svcwrap.exe"
UNINSTALL = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall"
ENVIRONMENT = r"HKLM\System\CurrentControlSet\Control\Session Manager\Environment"
LIMIT = 180  # seconds for one command


def windows_path(path):
    """The name that Wine gives a path: drive Z: is the whole file system."""
    return "Z:" + str(path).replace("/", "\\")


class Machine:
    """Lives as long as the `with` block."""

    def __init__(self, logs):
        self.logs = logs
        self.holder = None
        self.prefix = None

    def __enter__(self):
        # The prefix is ended when the shell's input is.
        script = '. "$1/scripts/lib/wine.sh"; use_fresh_prefix; printf "%s\\n" "$fresh_prefix"; read -r _ || true'
        self.holder = subprocess.Popen(["bash", "-c", script, "hold", PROJECT], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       text=True)
        self.prefix = Path(self.holder.stdout.readline().rstrip("\n"))
        expect(self.prefix.name, "no prefix could be made")
        return self

    def __exit__(self, *_):
        self.holder.stdin.close()
        self.holder.wait(LIMIT)

    def run(self, *command):
        """(exit code, output) of a Windows program."""
        shell = '. "$1/scripts/lib/wine.sh"; shift; exec "$WINELOADER" "$@"'
        # Into a file: services that the program starts keep its output open.
        with tempfile.TemporaryFile() as output:
            result = subprocess.run(["bash", "-c", shell, "run", PROJECT, *command], stdin=subprocess.DEVNULL, stdout=output,
                                    stderr=subprocess.STDOUT, timeout=LIMIT, check=False,
                                    env={**os.environ, "WINEPREFIX": str(self.prefix)})
            output.seek(0)
            return result.returncode, output.read().decode("utf-8", "replace").replace("\r", "")

    def must(self, *command):
        code, output = self.run(*command)
        expect_equal(code, 0, f"the exit code of {' '.join(str(part) for part in command)}, which says {output!r},")
        return output

    def msiexec(self, *arguments):
        """(exit code, log) of the installer; of its exit codes only the lowest byte is seen here."""
        log = self.logs / "msiexec.log"
        log.unlink(missing_ok=True)
        code, _ = self.run("msiexec", *arguments, "/qn", "/l*v", windows_path(log))
        text = log.read_bytes().decode("utf-8", "replace") if log.exists() else ""
        return code, text

    def file(self, windows_name):
        """The path of a file on drive C:."""
        return self.prefix / "drive_c" / windows_name.removeprefix("C:\\").replace("\\", "/")

    def value(self, key, name):
        """A value of the registry; None if it is not there."""
        code, output = self.run("reg", "query", key, "/v", name)
        match = re.search(rf"^\s+{re.escape(name)}\s+REG_\w+\s*(.*?)\s*$", output, re.MULTILINE)
        return match[1] if code == 0 and match else None

    def installed(self):
        """The versions of svcwrap among the installed programs."""
        _, output = self.run("reg", "query", UNINSTALL, "/s")
        blocks = re.split(r"\n(?=HKEY)", output)
        return [re.search(r"DisplayVersion\s+REG_SZ\s+(\S+)", block)[1] for block in blocks
                if re.search(r"DisplayName\s+REG_SZ\s+svcwrap$", block, re.MULTILINE)]

    def path_entries(self):
        """How often svcwrap's folder is in the machine's PATH."""
        entries = (self.value(ENVIRONMENT, "PATH") or "").split(";")
        return sum(entry.rstrip("\\").lower() == r"c:\program files\svcwrap" for entry in entries)

    def state(self, service):
        """What the SCM says: RUNNING, STOPPED, ...; None if there is no such service."""
        code, output = self.run("sc", "query", service)
        match = re.search(r"STATE\s+: \d+\s+(\w+)", output)
        return match[1] if code == 0 and match else None

    def status(self, service):
        code, output = self.run(EXE, "status", service, "--json")
        expect(code in (0, 3), f"svcwrap status says {output}")
        return json.loads(output)

    def add_program(self, path):
        """Puts a program where services' programs are; returns its name."""
        target = self.file("C:\\Program Files\\child\\") / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        return f"C:\\Program Files\\child\\{path.name}"

