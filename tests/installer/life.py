"""The MSI's life on a machine: installed, used, upgraded, repaired, refused, removed. Each case goes on where the one before
it ended; the registry, the files and the SCM are asked what has come of it."""
from harness import expect, expect_equal
from machine import EXE, UNINSTALL, windows_path
from releases import version_of, dotted

FOLDER = r"C:\Program Files\svcwrap"
DATA = r"C:\ProgramData\svcwrap"
FAILED = 1603 & 0xFF  # of an exit code only the lowest byte is seen
SESSION_MANAGER = r"HKLM\System\CurrentControlSet\Control\Session Manager"


def told(log):
    """What the installer's own actions say in a log, and what is known of errors."""
    return [line for line in log.splitlines() if line.startswith(("Info 25001.", "Error ")) or "svcwrap" in line
            and not line.startswith(("Property", "Action", "1:"))]


class Life:
    """The story; `older` is the built version, `newer` one that follows it, `broken` one that follows and does not work."""

    def __init__(self, machine, older, newer, broken, fixtures):
        self.machine = machine
        self.older = older
        self.newer = newer
        self.broken = broken
        self.program = machine.add_program(fixtures / "sleep_ms.exe")
        self.gentle = machine.add_program(fixtures / "graceful.exe")
        self.wrapper = None

    def install(self, release, *properties):
        code, log = self.machine.msiexec("/i", windows_path(release.msi), *properties)
        expect_equal(code, 0, f"the exit code of msiexec, whose log tells {told(log)},")
        return log

    def uninstall(self, release, *properties):
        return self.machine.msiexec("/x", windows_path(release.msi), *properties)

    def names(self):
        folder = self.machine.file(FOLDER)
        return {path.name for path in folder.iterdir()} if folder.exists() else set()

    def asides(self):
        return {name for name in self.names() if ".old-" in name}

    def version(self):
        return dotted(version_of(self.machine.file(EXE)))

    def add_service(self, name):
        """A service through the installed svcwrap.exe: from the configuration that is kept, or a new one."""
        config = f"{DATA}\\{name}\\{name}.toml"
        known = self.machine.file(config).exists()
        how = ["--config", config] if known else ["--exe", self.program, "--stop", "terminate", "--", "600000"]
        self.machine.must(EXE, "install", name, *how)
        self.machine.must(EXE, "start", name)

    def expect_installed(self, release):
        expect_equal(self.machine.installed(), [release.version], "the installed versions")
        expect_equal(self.version(), release.version, "the version of svcwrap.exe")
        expect_equal(self.machine.path_entries(), 1, "the number of entries in PATH")

    def expect_gone(self):
        expect_equal(self.names(), set(), "what is left of svcwrap's folder")
        expect(not self.machine.file(FOLDER).exists(), "svcwrap's folder is still there")
        expect_equal(self.machine.installed(), [], "the installed versions")
        expect_equal(self.machine.path_entries(), 0, "the number of entries in PATH")
        expect_equal(self.machine.value(r"HKLM\Software\svcwrap", "InstallFolder"), None, "the remembered folder")

    def expect_no_restart_of_windows(self):
        expect_equal(self.machine.value(SESSION_MANAGER, "PendingFileRenameOperations"), None, "what waits for a restart")

    def fresh_install(self):
        self.install(self.older)
        self.expect_installed(self.older)
        expect_equal(len(self.names()), 6, "the number of installed files")
        expect_equal(self.machine.value(r"HKLM\Software\svcwrap", "InstallFolder"), FOLDER + "\\", "the remembered folder")
        key = f"{UNINSTALL}\\{self.older.property('ProductCode')}"
        expect_equal(self.machine.value(key, "Publisher"), "The svcwrap authors", "the publisher")

    def found_in_path(self):
        output = self.machine.must("cmd", "/c", "svcwrap --version")
        expect(self.older.built_version in output, f"svcwrap --version says {output!r}")

    def service_runs(self):
        self.add_service("first")
        expect_equal(self.machine.state("first"), "RUNNING", "the state of the service")
        self.wrapper = self.machine.status("first")["wrapper_process_id"]
        self.machine.must(EXE, "install", "gentle", "--exe", self.gentle, "--stop", "ctrl-c")
        self.machine.must(EXE, "start", "gentle")

    def upgrade_while_running(self):
        self.install(self.newer)
        self.expect_installed(self.newer)
        status = self.machine.status("first")
        expect_equal((status["state"], status["up"]), ("running", True), "the service and its program")
        expect_equal(status["wrapper_process_id"], self.wrapper, "the process of the service")
        expect_equal(self.asides(), {"svcwrap.exe.old-1"}, "what was set aside")
        self.expect_no_restart_of_windows()

    def old_wrapper_stops_gently(self):
        """It sends Ctrl-C through a second life of svcwrap.exe, which is a newer one by now."""
        self.machine.must(EXE, "stop", "gentle")
        said = self.machine.file(DATA + r"\gentle\logs\stdout.log").read_text().split()
        expect_equal(said[-4:], ["stopping", "by", "c", "bye"], "what the program said at last")
        self.machine.must(EXE, "uninstall", "gentle")

    def repair(self):
        self.machine.file(FOLDER + r"\reference.toml").unlink()
        self.install(self.newer, "REINSTALL=ALL", "REINSTALLMODE=omus")
        expect("reference.toml" in self.names(), "the file that was missing is not back")
        self.expect_undisturbed()
        expect_equal(self.asides(), {"svcwrap.exe.old-1"}, "what is set aside")

    def expect_undisturbed(self):
        expect_equal(self.machine.state("first"), "RUNNING", "the state of the service")
        expect_equal(self.machine.status("first")["wrapper_process_id"], self.wrapper, "the process of the service")
        self.expect_installed(self.newer)

    def asides_are_removed(self):
        self.machine.must(EXE, "restart", "first")
        self.wrapper = self.machine.status("first")["wrapper_process_id"]
        self.install(self.newer, "REINSTALL=ALL", "REINSTALLMODE=omus")
        self.expect_undisturbed()
        expect_equal(self.asides(), set(), "what is still set aside")

    def forced_repair(self):
        """Replaces the running program, whatever its version."""
        self.install(self.newer, "REINSTALL=ALL", "REINSTALLMODE=amus")
        self.expect_undisturbed()
        self.expect_no_restart_of_windows()

    def uninstall_refused(self):
        code, log = self.uninstall(self.newer)
        expect_equal(code, FAILED, "the exit code of msiexec")
        expect("cannot be removed" in log and ": first." in log, "the log does not name the service")
        expect_equal(self.machine.state("first"), "RUNNING", "the state of the service")
        self.expect_installed(self.newer)

    def uninstall_with_services(self):
        self.add_service("second")
        code, log = self.uninstall(self.newer, "STOPSERVICES=1")
        expect_equal(code, 0, f"the exit code of msiexec, whose log tells {told(log)},")
        expect_equal([self.machine.state(name) for name in ("first", "second")], [None, None], "the services")
        self.expect_gone()
        self.expect_no_restart_of_windows()

    def data_is_kept(self):
        for name in ("first", "second"):
            expect(self.machine.file(f"{DATA}\\{name}\\{name}.toml").exists(), f"the configuration of {name} is gone")

    def downgrade_refused(self):
        self.install(self.newer)
        code, log = self.machine.msiexec("/i", windows_path(self.older.msi))
        expect_equal(code, FAILED, "the exit code of msiexec")
        expect("NEWERVERSION" in log, "the log does not tell of the newer version")
        self.expect_installed(self.newer)
        code, _ = self.uninstall(self.newer)
        expect_equal(code, 0, "the exit code of the removal, with no service there,")
        self.expect_gone()

    def upgrade_with_restart(self):
        """One service is restarted, one was stopped and stays so, one could not be started again and is left alone."""
        self.install(self.older)
        self.add_service("first")
        self.add_service("second")
        config = self.machine.file(f"{DATA}\\second\\second.toml")
        good = config.read_bytes()
        config.write_bytes(good + b"\nnonsense = true\n")
        self.machine.must(EXE, "install", "stopped", "--exe", self.program, "--start", "manual", "--", "600000")
        before, second = (self.machine.status(name)["wrapper_process_id"] for name in ("first", "second"))
        log = self.install(self.newer, "RESTARTSERVICES=1")
        self.expect_installed(self.newer)
        expect_equal(self.machine.state("first"), "RUNNING", "the state of the service")
        expect(self.machine.status("first")["wrapper_process_id"] != before, "the service was not restarted")
        expect_equal(self.machine.state("stopped"), "STOPPED", "the state of the service that was stopped before")
        expect_equal(self.machine.state("second"), "RUNNING", "the state of the service with the bad configuration")
        expect_equal(self.machine.status("second")["wrapper_process_id"], second, "its process")
        expect("svcwrap check second" in log, "the log does not tell why it was left alone")
        expect_equal(self.asides(), {"svcwrap.exe.old-1"}, "what is set aside")
        config.write_bytes(good)
        self.expect_no_restart_of_windows()

    def purge(self):
        code, log = self.uninstall(self.newer, "STOPSERVICES=1", "PURGEDATA=1")
        expect_equal(code, 0, f"the exit code of msiexec, whose log tells {told(log)},")
        self.expect_gone()
        expect(not self.machine.file(DATA).exists(), "the data folder is still there")

    def other_folder(self):
        """An upgrade finds the folder that was chosen once, and the removal too."""
        chosen = r"C:\tools\svcwrap"
        self.install(self.older, f"INSTALLFOLDER={chosen}")
        expect(self.machine.file(chosen + r"\svcwrap.exe").exists(), "svcwrap.exe is not in the chosen folder")
        self.install(self.newer)
        exe = self.machine.file(chosen + r"\svcwrap.exe")
        expect_equal(dotted(version_of(exe)), self.newer.version, "the version of svcwrap.exe in the chosen folder")
        expect(not self.machine.file(EXE).exists(), "svcwrap.exe is in the default folder as well")
        code, _ = self.uninstall(self.newer)
        expect_equal(code, 0, "the exit code of the removal")
        expect(not exe.exists(), "svcwrap.exe is still there")

    def broken_version(self):
        """Wine takes back files and registry in its own way; what counts is that the services run as before."""
        self.install(self.older)
        self.add_service("first")
        code, log = self.machine.msiexec("/i", windows_path(self.broken.msi), "RESTARTSERVICES=1")
        expect_equal(code, FAILED, "the exit code of msiexec")
        expect("The service first could not be restarted with this version" in log, "the log does not name the service")
        expect_equal(self.version(), self.older.version, "the version of svcwrap.exe")
        expect_equal(self.machine.state("first"), "RUNNING", "the state of the service")
        expect_equal(self.machine.status("first")["up"], True, "whether its program runs")

    def cases(self):
        """In their order."""
        return {
            "install: files, PATH, the list of programs": self.fresh_install,
            "svcwrap is found through PATH": self.found_in_path,
            "a service is installed and started through it": self.service_runs,
            "upgrade: the service keeps running, undisturbed; Windows need not be restarted": self.upgrade_while_running,
            "a service from before the upgrade can still ask its program to stop": self.old_wrapper_stops_gently,
            "repair brings a missing file back while the service runs": self.repair,
            "what was set aside is removed when it is free": self.asides_are_removed,
            "a repair that replaces the running program does not disturb the service": self.forced_repair,
            "the removal is refused while a service needs svcwrap, and names it": self.uninstall_refused,
            "removal with STOPSERVICES=1 stops and removes the services, then everything else": self.uninstall_with_services,
            "configuration and logs are kept": self.data_is_kept,
            "an older version is refused; without services the removal is not": self.downgrade_refused,
            "upgrade with RESTARTSERVICES=1: what runs is restarted, what could not be is left alone": self.upgrade_with_restart,
            "PURGEDATA=1 removes the data folder as well": self.purge,
            "a folder that was chosen once is found again": self.other_folder,
            "a version that cannot run a service is taken back, and the service runs the one before": self.broken_version,
        }
