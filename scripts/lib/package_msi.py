"""The Windows Installer package: wixl makes it from installer/svcwrap.wxs, and what wixl cannot say is added here."""
import os
import subprocess
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
# All that is derived from a version and must be the same whenever that version is packaged again.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://github.com/svcwrap/svcwrap")
UPGRADE_CODE = "{407D3EE2-F64F-5171-8668-D3AB71BEF4EA}"

# What the summary of a package calls its processor ("Template Summary property"). wixl knows no ARM64: to it such a
# package is another one for 64-bit Windows, and the summary, which decides where it installs, is written here anyway.
TEMPLATES = {"x64": "x64", "arm64": "Arm64"}

# Type 51: a property from a formatted text. An upgrade goes to where the services' image paths lead.
KEEP_FOLDER = ("keep_folder", 51, "INSTALLFOLDER", "[INSTALLEDFOLDER]", "INSTALLEDFOLDER", 750)


@dataclass
class Msi:
    """What goes into a package, and where it comes from."""
    version: str
    arch: str        # a key of TEMPLATES
    url: str
    stage: Path      # the folder with the files that it installs
    actions: Path    # svcwrap_setup.dll
    icon: Path
    epoch: int       # the time that everything in it bears

    @property
    def product_code(self):
        return product_code(self.arch, self.version)


def product_code(arch, version):
    return braced(uuid.uuid5(NAMESPACE, f"product {arch} {version}"))


def braced(value):
    return "{" + str(value).upper() + "}"


def run(*command):
    """A tool of msitools; GLib's remarks on its own insides are of no use to anybody."""
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False,
                            env={**os.environ, "TZ": "UTC"})
    if result.returncode != 0:
        raise SystemExit(f"error: {command[0]} failed:\n{result.stdout}{result.stderr}")
    return result.stdout


def queries(msi):
    """What wixl leaves out."""
    action, kind, source, target, condition, sequence = KEEP_FOLDER
    version = msi.version + ".0"
    return [
        # Without the version of the file an older svcwrap.exe would never be replaced: a file that has a version wins
        # over one that has none. It takes the place of a hash, which is for files without one.
        f"UPDATE `File` SET `Version` = '{version}', `Language` = '1033' WHERE `File` = 'svcwrap.exe'",
        "DELETE FROM `MsiFileHash` WHERE `File_` = 'svcwrap.exe'",
        f"INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ('{action}', {kind}, '{source}', '{target}')",
        *(f"INSERT INTO `{table}` (`Action`, `Condition`, `Sequence`) VALUES ('{action}', '{condition}', {sequence})"
          for table in ("InstallUISequence", "InstallExecuteSequence")),
        # wixl would give this row another name in each build. "=-*": set at installation, removed with the component, of
        # the machine.
        "INSERT INTO `Environment` (`Environment`, `Name`, `Value`, `Component_`) "
        "VALUES ('path', '=-*PATH', '[~];[INSTALLFOLDER]', 'exe')",
    ]


def summary(msi, package_code):
    """The summary information as a table (_SummaryInformation) that msibuild imports; the times are those of the release."""
    moment = time.strftime("%Y/%m/%d %H:%M:%S", time.gmtime(msi.epoch))
    rows = {
        2: "Installation Database", 3: f"svcwrap {msi.version}: runs any program as a Windows service",
        4: "The svcwrap authors", 5: "Installer", 6: msi.url, 7: f"{TEMPLATES[msi.arch]};1033", 9: package_code, 12: moment, 13: moment,
        14: "500",   # needs Windows Installer 5
        15: "2",     # compressed, long file names, and needs to be elevated
        18: "msitools", 19: "2",
    }
    lines = ["PropertyId\tValue", "i2\tl255", "_SummaryInformation\tPropertyId"]
    return "\r\n".join(lines + [f"{key}\t{value}" for key, value in rows.items()]) + "\r\n"


def build(msi, target):
    """Writes the package."""
    target = Path(target)
    target.unlink(missing_ok=True)
    run("wixl", "-a", "x64", "-o", target, "-D", f"Version={msi.version}", "-D", f"ProductCode={msi.product_code}",
        "-D", f"Url={msi.url}", "-D", f"Stage={msi.stage}", "-D", f"Icon={msi.icon}", "-D", f"Actions={msi.actions}",
        PROJECT / "installer/svcwrap.wxs")
    for query in queries(msi):
        run("msibuild", target, "-q", query)
    table = msi.stage / "_SummaryInformation.idt"
    table.write_text(summary(msi, braced(package_code(msi))), newline="")
    run("msibuild", target, "-i", table)
    table.unlink()


def package_code(msi):
    """Packages with other contents must have another code (msiexec caches packages by it)."""
    parts = [msi.product_code, str(msi.epoch), (PROJECT / "installer/svcwrap.wxs").read_text(), Path(__file__).read_text()]
    for path in [*sorted(msi.stage.iterdir()), msi.actions, msi.icon]:
        parts.append(path.name + path.read_bytes().hex())
    return uuid.uuid5(NAMESPACE, "\n".join(parts))
