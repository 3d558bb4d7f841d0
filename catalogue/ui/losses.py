"""What is lost with a template's disk, in words: people know disks by their number and size, not by paths."""

from django.utils.translation import gettext as _

from catalogue.models import Conversion, ConversionState, Template, TemplateDisk
from core.ui.amounts import size_text

MIB = 1024 * 1024


def lost_with_template(template: Template) -> list[str]:
    """Every disk that has a file, with what it was converted to."""
    return [words for disk in template.disks.all() for words in lost_with_disk(disk)]


def lost_with_disk(disk: TemplateDisk) -> list[str]:
    """The disk's file, if it has one, and its converted files."""
    if not disk.path:
        return []
    name = disk.label or _("Disk %(number)s") % {"number": disk.position + 1}
    words = [
        _("%(name)s: a file of %(size)s") % {"name": name, "size": size_text(disk.file_size_bytes / MIB)}
    ]
    made = [each for each in disk.conversions.all() if each.state == ConversionState.FINISHED]
    return words + [
        _("%(name)s as %(format)s: %(size)s")
        % {"name": name, "format": each.words, "size": size_text(each.file_size_bytes / MIB)}
        for each in made
    ]


def lost_with_conversion(conversion: Conversion) -> list[str]:
    return [_("a file of %(size)s") % {"size": size_text(conversion.file_size_bytes / MIB)}]
