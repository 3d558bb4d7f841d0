"""What a guest must have drivers for, in words: the hardware its template asks for, as machines get it."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalogue.models import DiskController, EthernetDriver

_VIRTUAL = _("Fastest. Linux has the driver since 2008; Windows needs the one of virtio-win.")
_CONTROLLERS = {
    DiskController.VIRTIO: (_("Disks: virtio"), _VIRTUAL),
    DiskController.IDE: (
        _("Disks: IDE"),
        _("Every system can; slow. Four at most, further disks sit on SATA."),
    ),
    DiskController.SATA: (_("Disks: SATA (AHCI)"), _("Every system since about 2007 can.")),
}
_ADAPTERS = {
    "lsilogic": _("The adapter of older machines of VMware. Linux has the driver, Windows up to 2003."),
    "buslogic": _("QEMU has none: machines get LSI Logic's, which most guests of that time know as well."),
    "lsilogicsas": _(
        "The adapter of newer machines of VMware. Linux and Windows since 2008 have the driver."
    ),
    "virtualscsi": _("VMware's own adapter: Linux since 2.6.33; Windows with VMware's tools."),
}
_OWN_ADAPTER = _("virtio-scsi: Linux since 3.4; Windows needs the driver of virtio-win.")
_CARDS = {
    EthernetDriver.E1000: _("Intel's 1000: nearly every system since 2003 has the driver."),
    EthernetDriver.PCNET32: _("AMD's PCnet: for systems before 2003."),
    EthernetDriver.VMXNET3: _("VMware's own card: Linux since 2.6.32; Windows with VMware's tools."),
    EthernetDriver.VIRTIO: _VIRTUAL,
}


@dataclass(frozen=True)
class Note:
    hardware: str | Promise
    words: str | Promise


def notes_of(template: Any, disks: list[Any]) -> list[Note]:
    """One for each kind of controller of the disks, and one for the network card."""
    kinds = dict.fromkeys((disk.controller, disk.adapter) for disk in disks)
    card = EthernetDriver(template.ethernet_driver or EthernetDriver.VIRTIO)
    network = Note(_("Network: %(card)s") % {"card": card.value}, _CARDS[card])
    return [*(_controller(*kind) for kind in kinds), network]


def _controller(controller: str, adapter: str) -> Note:
    if controller != DiskController.SCSI:
        return Note(*_CONTROLLERS[DiskController(controller)])
    words = _ADAPTERS.get(adapter.lower(), _OWN_ADAPTER)
    return Note(_("Disks: SCSI (%(adapter)s)") % {"adapter": adapter or "virtio-scsi"}, words)
