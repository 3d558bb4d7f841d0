"""Raw disks and ISO images: any bytes are one, so there is nothing to check but what they are not."""

from remote_services.images.facts import Layout, Subformat
from remote_services.images.reading import ImageFile

_ISO_HEADER_AT = 32 * 1024
_ISO_MARKS = (b"CD001", b"NSR02", b"NSR03", b"BEA01")


def read_layout(image: ImageFile) -> Layout:
    mark = image.up_to(_ISO_HEADER_AT, 6)[1:]
    return Layout(Subformat.ISO if mark in _ISO_MARKS else Subformat.PLAIN, image.size_bytes)
