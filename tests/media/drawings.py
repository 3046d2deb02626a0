"""Images to send in: good ones, and ones that should be refused."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image

GREEN = (30, 140, 70)


def image(
    kind: str = "JPEG", size: tuple[int, int] = (800, 600), mode: str = "RGB", **how
) -> bytes:
    """The bytes of an image of one colour."""
    out = BytesIO()
    Image.new(mode, size, GREEN if mode == "RGB" else None).save(out, kind, **how)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is as large as this."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1_000_000)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def archive(name: str = "x.txt", content: str = "hallo") -> bytes:
    """A ZIP."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(zipfile.ZipInfo(name, (2026, 4, 1, 12, 0, 0)), content)
    return out.getvalue()
