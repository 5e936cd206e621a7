#!/usr/bin/env python3
"""Holds src/ to its map: the floors of src/README.md, the doors of third-party libraries, the length of files.

An #include goes to a lower floor or stays in its room; rooms of one floor do not know each other; each third-party
library has one door. Usage: check-floors.py [--self-test] [FOLDER]   (FOLDER holds src/; default: the project)
"""
import re
import sys
import tempfile
from pathlib import Path

MAX_LINES = 400

# Library (as its includes begin) -> the folders that may include it.
DOORS = {
    "CLI/": ["app"],
    "toml++/": ["config"],
    "spdlog/": ["host"],
    "fmt/": ["host"],
    "zlib.h": ["logs"],
    "boost/process": ["platform/win32", "platform/posix"],
    "boost/asio": ["host", "platform"],
    "boost/system": ["host", "platform"],
    "boost/": [],
}
# Headers of one operating system: only its side of the seam sees them.
WINDOWS_HEADERS = re.compile(
    r"(windows|winsvc|winnt|winternl|aclapi|sddl|shellapi|shlobj\w*|psapi|tlhelp32|winsock2|ws2tcpip|io|fcntl|direct"
    r"|processthreadsapi|namedpipeapi|winioctl|userenv|wtsapi32|lm\w*|ntsecapi|bcrypt|evntprov|winreg|conio)\.h", re.I)
POSIX_HEADERS = re.compile(r"(unistd|pthread|dlfcn|spawn|poll|fcntl|termios|signal|pwd|grp|sys/\w+|linux/\w+)\.h")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
TABLE_ROW = re.compile(r"^\|\s*(\d+)\s*\|\s*`([\w.]+)/?`\s*\|")


def read_floors(readme):
    """Room -> floor, from the table in src/README.md."""
    rows = (TABLE_ROW.match(line) for line in readme.read_text(encoding="utf-8").splitlines())
    return {row.group(2): int(row.group(1)) for row in rows if row}


def room_of(path):
    """The room of a file or an include, given relative to src/: its first folder, or the file's own name."""
    return path.parts[0]


def in_folder(path, folder):
    return path.as_posix().startswith(folder + "/")


def library_violation(file, name):
    if WINDOWS_HEADERS.fullmatch(name) and not in_folder(file, "platform/win32"):
        if not (POSIX_HEADERS.fullmatch(name) and in_folder(file, "platform/posix")):
            return f"<{name}> is the operating system's: only platform/win32 or platform/posix may include it"
    elif POSIX_HEADERS.fullmatch(name) and not in_folder(file, "platform/posix"):
        return f"<{name}> is the operating system's: only platform/posix may include it"
    for library, folders in DOORS.items():
        if name.startswith(library):
            if any(in_folder(file, folder) for folder in folders):
                return None
            return f"<{name}> may be included only in {', '.join(folders) or 'no room'}"
    return None


def room_violation(file, name, source, floors):
    target = Path(name)
    if not (source / target).exists():
        target = file.parent / name
    if not (source / target).exists():
        return f'"{name}" is no file of src/'
    here, there = room_of(file), room_of(target)
    for side in ("platform/win32", "platform/posix"):
        if in_folder(target, side) and not in_folder(file, side):
            return f'"{name}" lies behind the seam; include the interface in platform/'
    if there not in floors:
        return f'"{name}": room {there} is not in the table of src/README.md'
    if here != there and floors[there] >= floors[here]:
        return f'"{name}" goes from {here} (floor {floors[here]}) to {there} (floor {floors[there]})'
    return None


def check_file(file, source, floors):
    """The violations of one file (relative to src/), each as (line number, text)."""
    lines = (source / file).read_text(encoding="utf-8").splitlines()
    if len(lines) > MAX_LINES:
        yield len(lines), f"the file has {len(lines)} lines, more than {MAX_LINES}"
    if room_of(file) not in floors:
        yield 1, f"room {room_of(file)} is not in the table of src/README.md"
        return
    for number, line in enumerate(lines, 1):
        include = INCLUDE.match(line)
        if not include:
            continue
        kind, name = include.groups()
        violation = library_violation(file, name) if kind == "<" else room_violation(file, name, source, floors)
        if violation:
            yield number, violation


def check(project):
    """Prints every violation below project/src; returns their number."""
    source = project / "src"
    floors = read_floors(source / "README.md")
    if len(floors) < 2:
        print(f"{source / 'README.md'}: found no table of floors")
        return 1
    found = 0
    for path in sorted([*source.rglob("*.hpp"), *source.rglob("*.cpp")]):
        for number, text in check_file(path.relative_to(source), source, floors):
            print(f"{path.relative_to(project)}:{number}: {text}")
            found += 1
    return found


def self_test():
    """Plants one violation of each kind in a small house and expects each to be found, and nothing else."""
    house = {
        "README.md": "| 2 | `logs/` | x |\n| 2 | `supervise/` | x |\n| 1 | `platform/` | x |\n| 0 | `base/` | x |\n",
        "base/good.hpp": '#include <string>\n#include "base/other.hpp"\n',
        "base/other.hpp": "",
        "logs/good.cpp": '#include "base/good.hpp"\n#include "platform/seam.hpp"\n',
        "logs/options.hpp": "",
        "platform/seam.hpp": "#include <boost/asio/io_context.hpp>\n",
        "platform/win32/good.cpp": '#include <windows.h>\n#include "platform/win32/own.hpp"\n',
        "platform/win32/own.hpp": "",
        "platform/posix/good.cpp": "#include <fcntl.h>\n#include <boost/process/v2/process.hpp>\n",
        # the planted ones
        "base/upwards.cpp": '#include "platform/seam.hpp"\n',
        "supervise/sideways.cpp": '#include "logs/options.hpp"\n',
        "logs/behind_the_seam.cpp": '#include "platform/win32/own.hpp"\n',
        "logs/other_door.cpp": "#include <toml++/toml.hpp>\n",
        "platform/launcher.cpp": "#include <boost/process/v2/process.hpp>\n",
        "platform/windows.cpp": "  #  include <Windows.h>\n",
        "supervise/asio.cpp": "#include <boost/asio/post.hpp>\n",
        "base/long.cpp": "\n" * (MAX_LINES + 1),
        "base/missing.cpp": '#include "base/nothing.hpp"\n',
        "cellar/unknown.cpp": "",
    }
    planted = {name for name in list(house)[list(house).index("base/upwards.cpp"):]}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "src"
        for name, text in house.items():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_text(text, encoding="utf-8")
        floors = read_floors(source / "README.md")
        files = [path.relative_to(source) for path in [*source.rglob("*.hpp"), *source.rglob("*.cpp")]]
        caught = {file.as_posix() for file in files if list(check_file(file, source, floors))}
    for name in sorted(planted ^ caught):
        print(f"self-test: {name} {'was not caught' if name in planted else 'is fine but was reported'}")
    return len(planted ^ caught)


def main(arguments):
    if arguments == ["--self-test"]:
        return 1 if self_test() else 0
    project = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    return 1 if check(project) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
