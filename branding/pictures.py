"""Making a picture somebody uploaded into one that is safe to serve: decoded, bounded, written anew as PNG.

Nothing of the file itself is kept: neither metadata nor what else may hide in it. SVG is a program as much
as a picture and is not taken.
"""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from core.errors import Invalid

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_BYTES = 1024 * 1024
MOST_PIXELS = 4_000_000
SHOWN = (480, 120)
_TROUBLES = (OSError, ValueError, SyntaxError, Image.DecompressionBombError, OverflowError, MemoryError)


@dataclass(frozen=True)
class Picture:
    """A PNG within ``SHOWN`` pixels; ``digest`` is that of its bytes."""

    png: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        return sha256(self.png).hexdigest()


def cleaned(data: bytes) -> Picture:
    """The picture in these bytes, whatever name or type they came with. Raises Invalid with what is wrong."""
    if len(data) > MOST_BYTES:
        raise Invalid(
            _("The picture has %(size)s KiB; %(most)s KiB are the most.")
            % {"size": -(-len(data) // 1024), "most": MOST_BYTES // 1024},
            remedy=_("Save it smaller: it is shown %(height)s pixels high at most.") % {"height": SHOWN[1]},
        )
    try:
        return _written(_decoded(data))
    except _TROUBLES:
        raise Invalid(
            _("This is no PNG, JPEG or WebP picture, or it is damaged."),
            remedy=_(
                "Export it as PNG with a transparent ground. SVG can hold programs, so it is not taken."
            ),
        ) from None


def _decoded(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data), formats=FORMATS)
    width, height = image.size
    # Asked of the header, before anything is unpacked.
    if width * height > MOST_PIXELS:
        raise Invalid(
            _("The picture has %(width)s x %(height)s pixels, which is too large.")
            % {"width": width, "height": height},
            remedy=_("Save it smaller: it is shown %(height)s pixels high at most.") % {"height": SHOWN[1]},
        )
    image.load()
    return ImageOps.exif_transpose(image).convert("RGBA")


def _written(image: Image.Image) -> Picture:
    image.thumbnail(SHOWN)
    clean = Image.new("RGBA", image.size)
    clean.paste(image)
    out = BytesIO()
    clean.save(out, "PNG", optimize=True)
    return Picture(out.getvalue(), *clean.size)
