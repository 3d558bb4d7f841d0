"""A logo is a picture and nothing else, whatever was uploaded."""

import random
from io import BytesIO

import pytest
from PIL import Image

from branding.pictures import MOST_BYTES, SHOWN, cleaned
from core.errors import Invalid
from tests.branding.images import HTML, SVG, bomb, picture, with_text

NO_PICTURES = {
    "nothing": b"",
    "svg": SVG,
    "svg with a prologue": b"\xef\xbb\xbf<?xml version='1.0'?>" + SVG,
    "html": HTML,
    "html behind a signature": b"\x89PNG\r\n\x1a\n" + HTML,
    "gif": picture("GIF"),
    "bmp": picture("BMP"),
    "tiff": picture("TIFF"),
    "cut off": picture()[:60],
    "pdf": b"%PDF-1.7",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0",
    "zeros": b"\0" * 5000,
}


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_a_png_of_the_same_look(kind):
    made = cleaned(picture(kind, (96, 32)))

    image = Image.open(BytesIO(made.png))
    assert (image.format, image.size) == ("PNG", (96, 32))
    assert (made.width, made.height) == (96, 32)


def test_nothing_of_the_file_survives_but_what_is_seen():
    made = cleaned(with_text())

    assert b"canary" not in made.png and b"script" not in made.png


def test_a_large_picture_is_made_to_fit():
    made = cleaned(picture(size=(1900, 1900)))

    assert made.width <= SHOWN[0] and made.height <= SHOWN[1]


def test_a_transparent_ground_stays_transparent():
    out = BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(out, "PNG")

    assert Image.open(BytesIO(cleaned(out.getvalue()).png)).getpixel((0, 0))[3] == 0


@pytest.mark.parametrize("data", NO_PICTURES.values(), ids=NO_PICTURES)
def test_what_is_no_picture_of_a_known_kind_is_refused_with_a_way_out(data):
    with pytest.raises(Invalid) as refused:
        cleaned(data)

    assert "PNG" in refused.value.remedy


@pytest.mark.parametrize("size", [(30_000, 30_000), (2_001, 2_000), (1, 2**31 - 1)])
def test_a_picture_that_would_fill_the_memory_is_not_unpacked(size):
    with pytest.raises(Invalid):
        cleaned(bomb(*size))


def test_a_file_that_is_too_large_is_not_even_looked_at():
    with pytest.raises(Invalid, match="KiB"):
        cleaned(picture() + b"\0" * MOST_BYTES)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_damaged_pictures_are_refused_or_drawn_but_break_nothing(kind):
    whole, chance = picture(kind), random.Random(kind)
    for _attempt in range(150):
        damaged = bytearray(whole)
        for _byte in range(3):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            assert cleaned(bytes(damaged)).png.startswith(b"\x89PNG")
        except Invalid as refused:
            assert refused.remedy
