#!/usr/bin/env python3
"""Makes the packages of a version from a built svcwrap.exe and svcwrap_setup.dll; called by scripts/package.sh.

All that the packages and manifests tell of each other (names, addresses, sums, product code) is computed here, once.
"""
import argparse
import hashlib
import os
import re
import shutil
import struct
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import package_manifests  # pylint: disable=wrong-import-position
import package_msi        # pylint: disable=wrong-import-position

PROJECT = Path(__file__).resolve().parent.parent.parent
HOME = "https://github.com/svcwrap/svcwrap"
# Name in the packages -> file in the project; the program itself comes on top.
TEXTS = {"LICENSE.txt": "LICENSE", "README.md": "README.md", "CHANGELOG.md": "CHANGELOG.md",
         "reference.toml": "config/reference.toml", "THIRD-PARTY-NOTICES.txt": "installer/THIRD-PARTY-NOTICES.txt"}
FIXED_INFO = struct.pack("<I", 0xFEEF04BD)  # VS_FIXEDFILEINFO.dwSignature
MACHINES = {"x64": 0x8664, "arm64": 0xAA64}  # IMAGE_FILE_HEADER.Machine; in the order of the manifests


@dataclass
class Package:
    """The two files for one kind of processor."""
    arch: str
    msi: str           # names of the files
    zip: str
    msi_sha256: str    # lower case
    zip_sha256: str
    product_code: str  # in braces


@dataclass
class Release:
    """What the manifests are made of."""
    version: str
    date: str       # YYYY-MM-DD
    home: str
    packages: list  # one for each kind of processor
    upgrade_code: str
    licence: str    # the text

    def package(self, arch):
        """Nothing if there is none."""
        return next((package for package in self.packages if package.arch == arch), None)

    def address(self, name):
        """Where a file of the release is downloaded."""
        return f"{self.home}/releases/download/v{self.version}/{name}"


def checked_version(text):
    """A version that Windows Installer can compare: three numbers, the first two below 256, the last below 65536."""
    match = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", text)
    if not match or int(match[1]) > 255 or int(match[2]) > 255 or int(match[3]) > 65535:
        raise SystemExit(f"error: {text} is no version for Windows Installer (255.255.65535 at most)")
    return text


def file_version(path):
    """The version in a program's version resource, as X.Y.Z."""
    data = Path(path).read_bytes()
    at = data.find(FIXED_INFO)
    if at < 0:
        raise SystemExit(f"error: {path} has no version resource")
    high, low = struct.unpack_from("<II", data, at + 8)
    return f"{high >> 16}.{high & 0xFFFF}.{low >> 16}"


def machine(path):
    """Which kind of processor a program is for, or its number in the file's header."""
    data = Path(path).read_bytes()
    at = struct.unpack_from("<I", data, 0x3C)[0] if data[:2] == b"MZ" else len(data)
    if data[at:at + 4] != b"PE\0\0":
        raise SystemExit(f"error: {path} is no program for Windows")
    number = struct.unpack_from("<H", data, at + 4)[0]
    return next((name for name, known in MACHINES.items() if known == number), hex(number))


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def fill(stage, exe, epoch):
    """Puts together what is installed."""
    shutil.copyfile(exe, stage / "svcwrap.exe")
    for name, source in TEXTS.items():
        shutil.copyfile(PROJECT / source, stage / name)
    for path in stage.iterdir():
        path.chmod(0o644)
        os.utime(path, (epoch, epoch))


def write_zip(target, stage, folder, epoch):
    """A zip that is the same for the same files: sorted, with one time, and no trace of the machine."""
    moment = time.gmtime(max(epoch, 315532800))[:6]  # zip begins in 1980
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(stage.iterdir()):
            entry = zipfile.ZipInfo(f"{folder}/{path.name}", moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            archive.writestr(entry, path.read_bytes())


def package_in(folder, version, arch):
    """What lies there for that processor, or nothing."""
    names = [f"svcwrap-{version}-{arch}.{kind}" for kind in ("msi", "zip")]
    if not all((folder / name).exists() for name in names):
        return None
    return Package(arch, *names, *(sha256(folder / name) for name in names), package_msi.product_code(arch, version))


def make(options, stage):
    """Makes everything in options.out and returns the names. Sums and manifests tell of the packages for other processors
    that lie there already, too; the manifests want the one for x64, which everybody has."""
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", "1700000000"))
    base = f"svcwrap-{options.version}-{options.arch}"
    fill(stage, options.exe, epoch)
    write_zip(options.out / f"{base}.zip", stage, base, epoch)
    msi = package_msi.Msi(options.version, options.arch, HOME, stage, options.actions, PROJECT / "src/svcwrap.ico", epoch)
    package_msi.build(msi, options.out / f"{base}.msi")
    packages = [found for arch in MACHINES if (found := package_in(options.out, options.version, arch))]
    (options.out / "SHA256SUMS").write_text("".join(
        f"{one.msi_sha256}  {one.msi}\n{one.zip_sha256}  {one.zip}\n" for one in packages))
    release = Release(options.version, time.strftime("%Y-%m-%d", time.gmtime(epoch)), HOME, packages,
                      package_msi.UPGRADE_CODE, (PROJECT / "LICENSE").read_text())
    manifests = package_manifests.write(release, options.out) if release.package("x64") else []
    return [f"{base}.msi", f"{base}.zip", "SHA256SUMS", *manifests]


def main():
    parser = argparse.ArgumentParser(prog="package.py")
    parser.add_argument("--version", required=True, type=checked_version)
    parser.add_argument("--arch", choices=MACHINES, default="x64")
    for name in ("--out", "--exe", "--actions"):
        parser.add_argument(name, required=True, type=lambda text: Path(text).resolve())
    options = parser.parse_args()
    if file_version(options.exe) != options.version:
        raise SystemExit(f"error: {options.exe} is version {file_version(options.exe)}, not {options.version}")
    for path in (options.exe, options.actions):
        if machine(path) != options.arch:
            raise SystemExit(f"error: {path} is for {machine(path)}, not for {options.arch}")
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as stage:
        for name in make(options, Path(stage)):
            print(options.out / name)


if __name__ == "__main__":
    main()
