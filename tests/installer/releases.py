"""Makes the packages that the tests look at: of the built version, and of a newer one with another version resource."""
import hashlib
import os
import struct
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
FIXED_INFO = struct.pack("<I", 0xFEEF04BD)  # VS_FIXEDFILEINFO.dwSignature


class Release:
    """The packages of one version in a folder."""

    def __init__(self, version, built_version, out, exe, arch="x64"):
        self.version = version
        self.built_version = built_version  # what the exe was compiled as
        self.out = Path(out)
        self.exe = Path(exe)
        self.msi = self.out / f"svcwrap-{version}-{arch}.msi"
        self.zip = self.out / f"svcwrap-{version}-{arch}.zip"

    def sum_of(self, path):
        return hashlib.sha256(path.read_bytes()).hexdigest()

    def table(self, name):
        """The rows of a table of the MSI."""
        text = subprocess.run(["msiinfo", "export", self.msi, name], capture_output=True, text=True, check=True).stdout
        head, _, _, *rows = text.replace("\r", "").rstrip("\n").split("\n")
        return [dict(zip(head.split("\t"), row.split("\t"))) for row in rows]

    def property(self, name):
        return next((row["Value"] for row in self.table("Property") if row["Property"] == name), "")


def version_of(exe):
    data = exe.read_bytes()
    high, low = struct.unpack_from("<II", data, data.index(FIXED_INFO) + 8)
    return high >> 16, high & 0xFFFF, low >> 16


def with_version(exe, version, target):
    """A copy of the program that differs only in the version that the installer compares."""
    data = bytearray(exe.read_bytes())
    at = data.index(FIXED_INFO)
    for offset in (8, 16):
        struct.pack_into("<II", data, at + offset, version[0] << 16 | version[1], version[2] << 16)
    target.write_bytes(data)


def that_ends_at_once(exe, target):
    """A copy of a program that returns where it begins: it has all its resources, and runs nothing."""
    data = bytearray(exe.read_bytes())
    pe = struct.unpack_from("<I", data, 0x3C)[0]
    sections, optional = struct.unpack_from("<H", data, pe + 6)[0], struct.unpack_from("<H", data, pe + 20)[0]
    entry = struct.unpack_from("<I", data, pe + 24 + 16)[0]
    for index in range(sections):
        size, rva, _, raw = struct.unpack_from("<IIII", data, pe + 24 + optional + 40 * index + 8)
        if rva <= entry < rva + size:
            data[entry - rva + raw] = 0xC3  # ret
    target.write_bytes(data)


def dotted(version):
    return ".".join(str(part) for part in version)


def for_arm64(program, target):
    """A copy of a program whose header says that it is for ARM64: the packages look at no more."""
    data = bytearray(program.read_bytes())
    struct.pack_into("<H", data, struct.unpack_from("<I", data, 0x3C)[0] + 4, 0xAA64)
    target.write_bytes(data)
    return target


def package(exe, actions, version, out, epoch=1700000000, arch="x64", check=True):
    command = [sys.executable, PROJECT / "scripts/lib/package.py", "--version", version, "--out", out, "--arch", arch,
               "--exe", exe, "--actions", actions]
    return subprocess.run(command, check=check, stdout=subprocess.DEVNULL, stderr=None if check else subprocess.PIPE, text=True,
                          env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)})


def make_both(exe, actions, folder):
    """(the built version for x64, the same for ARM64), in one folder, made in the order in which it is harder."""
    folder.mkdir(parents=True, exist_ok=True)
    version = dotted(version_of(exe))
    other_exe, other_actions = for_arm64(exe, folder / "arm64.exe"), for_arm64(actions, folder / "arm64.dll")
    out = folder / "both"
    package(other_exe, other_actions, version, out, arch="arm64")
    package(exe, actions, version, out)
    return Release(version, version, out, exe), Release(version, version, out, other_exe, "arm64")


def make(exe, actions, folder):
    """(the built version, a newer one, a newer one that does not work)."""
    folder.mkdir(parents=True, exist_ok=True)
    built = version_of(exe)
    newer = (built[0], built[1] + 1, 0)
    newer_exe, broken_exe = folder / "newer.exe", folder / "broken.exe"
    with_version(exe, newer, newer_exe)
    that_ends_at_once(newer_exe, broken_exe)
    made = []
    for program, version, epoch in ((exe, built, 1700000000), (newer_exe, newer, 1710000000), (broken_exe, newer, 1710000000)):
        out = folder / program.stem
        package(program, actions, dotted(version), out, epoch)
        made.append(Release(dotted(version), dotted(built), out, program))
    return made
