"""A descriptor at an address: what it names is fetched from beside it, and from nowhere else."""

import hashlib

import pytest

from contracts.vocabulary import DiskFormat, ErrorCode, RefusalCode
from remote_services.images import (
    DiskController,
    ImageRefused,
    PackageDisk,
    PackageFacts,
    Subformat,
    write_envelope,
)
from remote_services.runtime.errors import RemoteError
from tests.remote_services.appliance_manager.fetching.conftest import ENTERPRISE, MIB

NAMES = ("system disk.qcow2", "data.qcow2")


def descriptor(names=NAMES, name: str = "web server") -> bytes:
    disks = tuple(
        PackageDisk(each, each, DiskFormat.QCOW2, Subformat.SPARSE, 8 * MIB, DiskController.SCSI)
        for each in names
    )
    return write_envelope(PackageFacts(name=name, cpu_count=2, memory_mib=512, disks=disks), {})


def served(mirror, image, **how) -> str:
    for name in NAMES:
        mirror.serve(f"/a/{name.replace(' ', '%20')}", image, **how)
    return mirror.serve("/a/web.ovf", descriptor())


def test_the_disks_come_from_beside_the_descriptor_in_their_order(depot, mirror, image):
    command = depot.command(served(mirror, image, cut_at=[MIB]))

    told = depot.run(command)

    folder = f"{ENTERPRISE}/{command.upload_id}"
    assert [disk["path"] for disk in told["disks"]] == [f"{folder}/disk-0.qcow2", f"{folder}/disk-1.qcow2"]
    assert {"name": "web server", "vcpus": 2, "memory_mib": 512}.items() <= told["proposal"].items()
    assert (depot.files(), depot.staged()) == ([disk["path"] for disk in told["disks"]], [])
    assert depot.run(command) == told


def test_a_descriptor_is_known_by_its_content_and_found_where_redirects_end(depot, mirror, image):
    served(mirror, image)
    told = depot.fetch(mirror.redirect("/latest", "/a/web.ovf"))
    assert len(told["disks"]) == 2


def test_a_manifest_beside_it_is_held_to(depot, mirror, image):
    url = served(mirror, image)
    sums = {name: hashlib.sha256(image).hexdigest() for name in NAMES}
    sums["web.ovf"] = hashlib.sha256(descriptor()).hexdigest()
    lines = "".join(f"SHA256({name})= {value}\n" for name, value in sums.items())
    mirror.serve("/a/web.mf", lines.encode())
    assert len(depot.fetch(url)["disks"]) == 2

    mirror.serve("/a/web.mf", lines.replace(sums["data.qcow2"], "0" * 64).encode())
    with pytest.raises(ImageRefused) as refused:
        depot.fetch(url)

    assert refused.value.code == RefusalCode.CHECKSUM
    assert len(depot.files()) == 2


@pytest.mark.parametrize("name", ["../web.qcow2", "/etc/passwd", "http://other.example/a.qcow2", "..", "a/b"])
def test_names_that_lead_elsewhere_are_refused(depot, mirror, image, name, count):
    url = mirror.serve("/a/web.ovf", descriptor((name,)))
    with pytest.raises(ImageRefused) as refused:
        depot.fetch(url)
    assert refused.value.code == RefusalCode.OVF_EXTERNAL_REFERENCE
    assert mirror.asked == [("/a/web.ovf", "")]
    count("references refused")


def test_entities_in_a_descriptor_are_refused(depot, mirror, count):
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><Envelope>&b;</Envelope>'
    with pytest.raises(ImageRefused) as refused:
        depot.fetch(mirror.serve("/a/web.ovf", bomb))
    assert refused.value.code == RefusalCode.OVF_EXTERNAL_REFERENCE
    count("references refused")


def test_a_disk_that_is_missing_is_told(depot, mirror, image):
    url = served(mirror, image)
    del mirror.files["/a/data.qcow2"]
    with pytest.raises(RemoteError, match="answered 404") as refused:
        depot.fetch(url)
    assert refused.value.code == ErrorCode.SOURCE_REFUSED


def test_all_files_together_keep_to_the_room_that_was_kept(depot, mirror, image):
    url = served(mirror, image)
    with pytest.raises(RemoteError) as refused:
        depot.fetch(url, most_bytes=len(image) + len(image) // 2)
    assert refused.value.code == ErrorCode.SOURCE_TOO_LARGE
    assert depot.files() == []
