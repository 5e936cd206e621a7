#!/usr/bin/env python3
"""Lines on standard output.

feed.py BYTES LINE_SIZE              the same lines again and again, 64 KiB a write
feed.py BYTES LINE_SIZE --by-line    the same, a line a write
feed.py BYTES LINE_SIZE --no-lines   not a single newline
feed.py BYTES LINE_SIZE --numbered   lines that begin with their number, nine digits
"""
import os
import sys

BLOCK = 65536


def block_of(first, size):
    count = max(1, BLOCK // size)
    if size < 11:
        return count, b"123456789\n"[-size:] * count
    return count, b"".join(b"%09d" % n + b"x" * (size - 10) + b"\n" for n in range(first, first + count))


def main(total, size, options):
    out = sys.stdout.fileno()
    first = 1
    count, block = block_of(first, size)
    if "--no-lines" in options:
        block = block.replace(b"\n", b"x")
    part = size if "--by-line" in options else len(block)
    while total > 0:
        for start in range(0, len(block), part):
            os.write(out, block[start:start + part])
        total -= len(block)
        if "--numbered" in options:
            first += count
            block = block_of(first, size)[1]


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
