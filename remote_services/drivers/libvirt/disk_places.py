"""Where each disk of a machine sits: its bus, its name there, and the controllers this takes."""

from collections import Counter
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from contracts.vocabulary import DiskBus

_NAMES = {DiskBus.VIRTIO: "vd", DiskBus.SATA: "sd", DiskBus.SCSI: "sd"}
MOST_ON_IDE = 4
_ON_ONE_SATA = 6
# The eighth of a SCSI adapter is the adapter itself.
_ON_ONE_SCSI = 7
VIRTIO_SCSI, _LSI_LOGIC = "virtio-scsi", "lsilogic"
# The adapter in the words of packages, and the one of libvirt's that the same drivers know. BusLogic's is not
# among QEMU's; guests that have its driver mostly have LSI Logic's too.
_ADAPTERS = {
    "lsilogic": _LSI_LOGIC,
    "buslogic": _LSI_LOGIC,
    "lsilogicsas": "lsisas1068",
    "virtualscsi": "vmpvscsi",
    "pvscsi": "vmpvscsi",
}


class Places:
    """Gives each disk of one machine the next free place on its bus. ``cdroms``: places on IDE that are taken
    by CD-ROM drives."""

    def __init__(self, cdroms: Iterable[int] = ()) -> None:
        self._free_on_ide = sorted(set(range(MOST_ON_IDE)) - set(cdroms))
        self._named: Counter[str] = Counter()
        self._on_sata = 0
        self._on_adapter: Counter[str] = Counter()
        self._adapters: list[str] = []

    def take(self, bus: DiskBus, adapter: str = "") -> list[Element]:
        """The elements that say where a disk is. Who finds IDE's four places taken sits on SATA."""
        if bus is DiskBus.IDE and self._free_on_ide:
            return [Element("target", dev=ide_name(self._free_on_ide.pop(0)), bus=str(bus))]
        bus = DiskBus.SATA if bus is DiskBus.IDE else bus
        name = _NAMES[bus]
        target = Element("target", dev=name + _letters(self._named[name]), bus=str(bus))
        self._named[name] += 1
        if bus is DiskBus.SATA:
            return [target, self._sata_address()]
        return [target, self._scsi_address(adapter)] if bus is DiskBus.SCSI else [target]

    def controllers(self) -> list[Element]:
        """Those that must be said: libvirt would add SCSI adapters of another kind."""
        return [
            Element("controller", type="scsi", index=str(index), model=model)
            for index, model in enumerate(self._adapters)
        ]

    def _sata_address(self) -> Element:
        controller, unit = divmod(self._on_sata, _ON_ONE_SATA)
        self._on_sata += 1
        return _address(controller, 0, unit)

    def _scsi_address(self, adapter: str) -> Element:
        model = _ADAPTERS.get(adapter.lower(), VIRTIO_SCSI)
        place = self._on_adapter[model] % _ON_ONE_SCSI
        if place == 0:
            self._adapters.append(model)
        self._on_adapter[model] += 1
        controller = len(self._adapters) - 1 - self._adapters[::-1].index(model)
        return _address(controller, 0, place) if model == _LSI_LOGIC else _address(controller, place, 0)


def ide_name(place: int) -> str:
    """hda to hdd, for the four places of IDE."""
    return f"hd{_letters(place)}"


def _address(controller: int, target: int, unit: int) -> Element:
    numbers = {"controller": controller, "bus": 0, "target": target, "unit": unit}
    return Element("address", type="drive", **{name: str(number) for name, number in numbers.items()})


def _letters(index: int) -> str:
    """0 is a, 25 is z, 26 is aa."""
    letters = ""
    index += 1
    while index:
        index, remainder = divmod(index - 1, 26)
        letters = chr(ord("a") + remainder) + letters
    return letters
