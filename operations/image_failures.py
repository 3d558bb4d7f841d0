"""Why images and packages are not taken, as sentences with a remedy, by the codes of their inspection."""

from django.utils.translation import gettext_lazy as _

from contracts.vocabulary import RefusalCode

_WHOLE = _("Convert it where it was made, for instance with qemu-img convert, and upload the result.")
_ANEW = _("Upload it again; if it is refused again, export it anew where it was made.")
_OTHER_LIMIT = _("Make it smaller, or ask an administrator for the limits of this datacenter.")
IMAGE_FAILURES = {
    RefusalCode.NOT_A_FILE: (_("It is a link, a folder or a device instead of a file."), _ANEW),
    RefusalCode.FORMAT_MISMATCH: (
        _("The file's content is of another format than was said."),
        _("Choose the format that the file has."),
    ),
    RefusalCode.UNKNOWN_FORMAT: (
        _("The file's format is none of those that are taken."),
        _("Give it as raw, qcow2, VMDK, VDI, VHD or VHDX."),
    ),
    RefusalCode.BACKING_FILE: (_("The image lies over another file, and must stand alone."), _WHOLE),
    RefusalCode.EXTERNAL_DATA: (_("The image keeps data in another file, and must stand alone."), _WHOLE),
    RefusalCode.FOREIGN_EXTENT: (_("The image only describes data in other files."), _WHOLE),
    RefusalCode.TOO_LARGE: (_("The disk is larger than a disk may be here."), _OTHER_LIMIT),
    RefusalCode.DAMAGED_HEADER: (_("The image is damaged or cut off."), _ANEW),
    RefusalCode.UNSUPPORTED_FEATURE: (_("The image uses something that is not supported."), _WHOLE),
    RefusalCode.NOT_CLOSED: (
        _("The image was not closed properly, so its newest data may be missing."),
        _("Shut down the machine that used it, and export it again."),
    ),
    RefusalCode.ENCRYPTED: (
        _("The image is encrypted."),
        _("Export it unencrypted; a key can't be given."),
    ),
    RefusalCode.COMPRESSION_BOMB: (_("Unpacked, the image would take more room than it may."), _OTHER_LIMIT),
    RefusalCode.TAR_MEMBER: (
        _("The package holds something else than plain files."),
        _("Pack the descriptor and the disks alone, without folders and links."),
    ),
    RefusalCode.TAR_BOMB: (_("The package has too many files, or too large ones."), _OTHER_LIMIT),
    RefusalCode.TAR_DAMAGED: (_("The package is damaged or cut off."), _ANEW),
    RefusalCode.CHECKSUM: (_("A checksum is not the one that was announced, so something got lost."), _ANEW),
    RefusalCode.OVF_MISSING: (
        _("The package has no descriptor (a file *.ovf)."),
        _("Upload a complete package, or its disks alone."),
    ),
    RefusalCode.OVF_EXTERNAL_REFERENCE: (
        _("The package refers to files outside of it."),
        _("Export it with all its disks, without references to addresses or folders."),
    ),
    RefusalCode.OVF_DAMAGED: (_("The package's descriptor can't be used."), _ANEW),
    RefusalCode.OVF_UNSUPPORTED: (
        _("The package is of a kind that is not supported."),
        _("Export one machine, with disks that are whole and uncompressed."),
    ),
}
