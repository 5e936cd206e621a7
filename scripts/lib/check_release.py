#!/usr/bin/env python3
"""Checks of the finished svcwrap.exe.

  imports EXE       it needs no DLL but those that every Windows 10 has
  reproducible EXE  a build of the same sources in another folder gives the same bytes
"""
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
ALLOWED = re.compile(r"(kernel32|advapi32|ntdll|ws2_32|mswsock|bcrypt|shell32|user32|ole32|api-ms-win-crt-[a-z0-9-]+)\.dll", re.I)


def check_imports(exe):
    listing = subprocess.run(["x86_64-w64-mingw32ucrt-objdump", "-p", exe], capture_output=True, text=True, check=True)
    names = re.findall(r"DLL Name: (\S+)", listing.stdout)
    foreign = [name for name in names if not ALLOWED.fullmatch(name)]
    if not names or foreign:
        print(f"{exe} imports {', '.join(foreign) or 'nothing'}; allowed are only DLLs that every Windows 10 has")
        return 1
    return 0


def copy_tree(target):
    """Copies what the program is built from, keeping the times, so that a second check builds only what changed."""
    target.mkdir(parents=True, exist_ok=True)
    for name in ("CMakeLists.txt", "CMakePresets.json", "src", "scripts", "config", "installer"):
        source = PROJECT / name
        if source.is_dir():
            shutil.rmtree(target / name, ignore_errors=True)
            shutil.copytree(source, target / name)
        elif source.exists():
            shutil.copy2(source, target / name)


def check_reproducible(exe):
    elsewhere = PROJECT / "build/elsewhere/quite/another/folder"
    copy_tree(elsewhere)
    commands = [["cmake", "--preset", "mingw-release", "-DSVCWRAP_TESTS=OFF"],
                ["cmake", "--build", "build/mingw-release", "--target", "svcwrap"]]
    for command in commands:
        result = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, check=False,
                                env={**os.environ, "CCACHE_BASEDIR": str(elsewhere)})
        if result.returncode != 0:
            print(result.stdout + result.stderr)
            return 1
    paths = [Path(exe), elsewhere / "build/mingw-release/src/svcwrap.exe"]
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    if digests[0] != digests[1]:
        print("two builds from different folders differ:")
        for digest, path in zip(digests, paths):
            print(f"  {digest}  {path} ({os.path.getsize(path)} bytes)")
        return 1
    return 0


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("imports", "reproducible"):
        print(__doc__)
        return 2
    return (check_imports if sys.argv[1] == "imports" else check_reproducible)(sys.argv[2])


if __name__ == "__main__":
    sys.exit(main())
