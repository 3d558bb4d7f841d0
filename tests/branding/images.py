"""Pictures for tests, good ones and hostile ones."""

import struct
import zlib
from io import BytesIO

from PIL import Image
from PIL.PngImagePlugin import PngInfo


def picture(kind: str = "PNG", size: tuple[int, int] = (96, 32), **options) -> bytes:
    """A picture as an honest program writes it."""
    out = BytesIO()
    Image.new("RGB", size, "#3366cc").save(out, kind, **options)
    return out.getvalue()


def with_text() -> bytes:
    """A PNG with words in it that nobody sees, and a program after its end."""
    words = PngInfo()
    words.add_text("comment", "canary-metadata")
    return picture(pnginfo=words) + b"<script>alert('canary')</script>"


def bomb(width: int = 30000, height: int = 30000) -> bytes:
    """A small PNG that says it is huge."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
