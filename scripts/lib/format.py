#!/usr/bin/env python3
"""Formats our C++ sources (no argument), checks that they are formatted (--check), or checks our shell scripts (--shell)."""
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent


def sources():
    """Our C++ files: those below src/, tests/ and installer/."""
    files = [path for folder in ("src", "tests", "installer") for end in ("*.cpp", "*.hpp") for path in (PROJECT / folder).rglob(end)]
    return sorted(files)


def scripts():
    """Our shell scripts, by their first line."""
    candidates = [*(PROJECT / "scripts").rglob("*"), *(PROJECT / ".ci").rglob("*")]
    files = [path for path in candidates if path.is_file() and path.suffix != ".pyc"]
    return sorted(path for path in files if path.suffix == ".sh" or b"sh\n" in path.read_bytes()[:32])


def main():
    mode = sys.argv[1] if len(sys.argv) > 1 else ""
    os.chdir(PROJECT)
    if mode == "--shell":
        return subprocess.run(["shellcheck", "-x", "-P", "SCRIPTDIR", "-S", "warning", *scripts()], check=False).returncode
    flags = ["--dry-run", "--Werror"] if mode == "--check" else ["-i"]
    return subprocess.run(["clang-format-19", *flags, *sources()], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
