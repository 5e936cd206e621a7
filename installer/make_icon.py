#!/usr/bin/env python3
"""Draws svcwrap's icon, a gear within a ring, and writes src/svcwrap.ico. Needs nothing but Python."""
import math
import struct
import zlib
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "src/svcwrap.ico"
SIZES = (16, 24, 32, 48, 256)
SAMPLES = 4  # per pixel and direction
RING = (0x1F, 0x4E, 0x79)
GEAR = (0x2E, 0x9E, 0x5B)
TEETH = 8


def colour(x, y):
    """The colour at a point, the icon being the square from -1 to 1; None where it is transparent."""
    radius = math.hypot(x, y)
    if 0.80 <= radius <= 0.98:
        return RING
    tooth = math.cos(TEETH * math.atan2(y, x)) > 0.0
    if 0.20 <= radius <= (0.66 if tooth else 0.48):
        return GEAR
    return None


def pixel(column, row, size):
    """The mean of a pixel's samples as RGBA."""
    hits = []
    for sample in range(SAMPLES * SAMPLES):
        x = (column + (sample % SAMPLES + 0.5) / SAMPLES) * 2 / size - 1
        y = (row + (sample // SAMPLES + 0.5) / SAMPLES) * 2 / size - 1
        hits.append(colour(x, y))
    seen = [hit for hit in hits if hit]
    if not seen:
        return bytes(4)
    mean = [round(sum(hit[channel] for hit in seen) / len(seen)) for channel in range(3)]
    return bytes([*mean, round(255 * len(seen) / len(hits))])


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(size):
    rows = b"".join(b"\0" + b"".join(pixel(column, row, size) for column in range(size)) for row in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def bitmap(size):
    """What all versions of Windows show in small sizes: a bitmap, bottom row first, with an empty mask."""
    rows = []
    for row in reversed(range(size)):
        for column in range(size):
            red, green, blue, alpha = pixel(column, row, size)
            rows.append(bytes([blue, green, red, alpha]))
    mask = bytes((size + 31) // 32 * 4 * size)
    header = struct.pack("<IiiHHIIiiII", 40, size, 2 * size, 1, 32, 0, 0, 0, 0, 0, 0)
    return header + b"".join(rows) + mask


def main():
    images = [png(size) if size == 256 else bitmap(size) for size in SIZES]
    offset = 6 + 16 * len(SIZES)
    directory = struct.pack("<HHH", 0, 1, len(SIZES))
    for size, image in zip(SIZES, images):
        directory += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(image), offset)
        offset += len(image)
    TARGET.write_bytes(directory + b"".join(images))


if __name__ == "__main__":
    main()
