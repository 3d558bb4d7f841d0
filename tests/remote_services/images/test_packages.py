"""Packages and descriptors: read whoever made them, written so that reading gives the same again."""

import io
import tarfile
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.vocabulary import DiskFormat
from remote_services.images import (
    DiskController,
    PackageDisk,
    PackageFacts,
    PackageNic,
    PackageProperty,
    Subformat,
    package_size_bytes,
    read_envelope,
    receive_package,
    write_envelope,
    write_package,
)
from remote_services.images.ovf.tree import printable
from remote_services.images.ovf.units import bytes_in
from tests.remote_services.images.hostile_descriptors import envelope, hardware, item
from tests.remote_services.images.making import MIB

GIB = 2**30
words = st.text(st.characters(exclude_categories=("Cs",)), max_size=40).map(printable)
names = st.from_regex(r"[a-z0-9][a-z0-9 ._-]{0,20}", fullmatch=True)
controllers = st.sampled_from(
    [
        (DiskController.IDE, ""),
        (DiskController.SCSI, "lsilogic"),
        (DiskController.SCSI, "VirtualSCSI"),
        (DiskController.SATA, "AHCI"),
        (DiskController.VIRTIO, "virtio"),
        (DiskController.UNKNOWN, ""),
    ]
)
formats = st.sampled_from(
    [
        (DiskFormat.VMDK, Subformat.STREAM_OPTIMIZED),
        (DiskFormat.VMDK, Subformat.SPARSE),
        (DiskFormat.QCOW2, Subformat.SPARSE),
        (DiskFormat.VDI, Subformat.SPARSE),
        (DiskFormat.VPC, Subformat.SPARSE),
        (DiskFormat.VHDX, Subformat.SPARSE),
        (DiskFormat.RAW, Subformat.PLAIN),
        (DiskFormat.RAW, Subformat.ISO),
    ]
)


@st.composite
def packages(draw) -> PackageFacts:
    file_names = draw(st.lists(names.map(lambda name: f"{name.strip()}.img"), unique=True, max_size=9))
    disks = []
    for number, name in enumerate(file_names):
        is_empty = draw(st.booleans())
        disk_format, subformat = (None, Subformat.PLAIN) if is_empty else draw(formats)
        controller, model = draw(controllers)
        size_bytes = draw(st.integers(0, 2**50))
        disks.append(
            PackageDisk(
                f"disk{number}",
                "" if is_empty else name,
                disk_format,
                subformat,
                size_bytes,
                controller,
                model,
            )
        )
    return PackageFacts(
        name=draw(words.filter(bool)),
        description=draw(words),
        product=draw(words),
        vendor=draw(words),
        version=draw(words),
        eula=draw(words),
        operating_system=draw(words.map(lambda text: printable(text.replace("\n", " ")))),
        os_number=draw(st.integers(1, 200)),
        hardware_family=draw(words),
        cpu_count=draw(st.integers(1, 4096)),
        cores_per_socket=draw(st.integers(0, 4096)),
        memory_mib=draw(st.integers(0, 2**30)),
        disks=tuple(disks),
        nics=tuple(draw(st.lists(st.builds(PackageNic, words, words), max_size=5))),
        properties=tuple(
            draw(
                st.lists(
                    st.builds(PackageProperty, words.filter(bool), words, words, st.booleans()), max_size=5
                )
            )
        ),
    )


@settings(
    max_examples=40, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
@given(packages())
def test_what_is_written_is_read_again(facts):
    assert read_envelope(write_envelope(facts, {})) == facts


EXAMPLE = PackageFacts(
    name="web",
    description="a web server\nin two lines",
    eula="take it <as> it & is",
    operating_system="debian11_64Guest",
    os_number=96,
    hardware_family="vmx-10",
    cpu_count=4,
    cores_per_socket=2,
    memory_mib=2048,
    disks=(
        PackageDisk(
            "system",
            "system.vmdk",
            DiskFormat.VMDK,
            Subformat.STREAM_OPTIMIZED,
            8 * MIB,
            DiskController.SCSI,
            "lsilogic",
        ),
        PackageDisk(
            "data", "data.qcow2", DiskFormat.QCOW2, Subformat.SPARSE, 8 * MIB, DiskController.SCSI, "lsilogic"
        ),
        PackageDisk("empty", "", None, Subformat.PLAIN, GIB, DiskController.IDE),
    ),
    nics=(PackageNic("lan", "VmxNet3"), PackageNic("wan", "E1000")),
    properties=(PackageProperty("app.user", "root", "The user"), PackageProperty("app.key", "", "", True)),
)


@pytest.fixture
def files(workshop):
    return {
        "system.vmdk": workshop.sound(DiskFormat.VMDK, "subformat=streamOptimized"),
        "data.qcow2": workshop.sound(DiskFormat.QCOW2),
    }


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "received"
    path.mkdir()
    return path


def test_a_package_comes_back_as_it_was_written(files, folder):
    content = b"".join(write_package(EXAMPLE, files))
    package = receive_package(io.BytesIO(content), folder)
    assert package.facts == EXAMPLE
    assert [disk.path.read_bytes() for disk in package.disks] == [
        path.read_bytes() for path in files.values()
    ]
    assert {disk.path for disk in package.disks} == set(folder.iterdir())
    assert [disk.image.format for disk in package.disks] == [DiskFormat.VMDK, DiskFormat.QCOW2]


def test_files_of_a_package_lie_under_names_of_ours(files, folder):
    receive_package(io.BytesIO(b"".join(write_package(EXAMPLE, files))), folder)
    assert not any(part in path.name for path in folder.iterdir() for part in ("system", "data", "vmdk"))


def test_the_length_of_a_package_is_known_before_it_is_written(files):
    assert package_size_bytes(EXAMPLE, files) == sum(map(len, write_package(EXAMPLE, files)))


def test_other_tools_can_read_our_packages(files, tmp_path):
    path = tmp_path / "package.ova"
    path.write_bytes(b"".join(write_package(EXAMPLE, files, "web")))
    with tarfile.open(path) as archive:
        assert archive.getnames() == ["web.ovf", "system.vmdk", "data.qcow2", "web.mf"]
        assert all(member.isreg() for member in archive)


@pytest.mark.parametrize("tar_format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_packages_packed_by_other_tools_are_taken(files, folder, tar_format):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tar_format) as archive:
        for name, content in {"web.ovf": write_envelope(EXAMPLE, {})}.items():
            member = tarfile.TarInfo(f"./{name}")
            member.size, member.mtime = len(content), 1700000000.5
            archive.addfile(member, io.BytesIO(content))
        for name, path in files.items():
            archive.add(path, name)
    stream.seek(0)
    assert receive_package(stream, folder).facts == EXAMPLE


def test_what_a_package_does_not_use_is_not_kept(files, folder):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in {"read me.txt": b"hello", "web.ovf": write_envelope(EXAMPLE, {})}.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for name, path in files.items():
            archive.add(path, name)
    stream.seek(0)
    receive_package(stream, folder)
    assert len(list(folder.iterdir())) == len(files)


def test_a_large_package_takes_little_memory(workshop, folder):
    path = workshop.changed(workshop.sound(DiskFormat.RAW), {}, length=96 * MIB)
    disk = PackageDisk("disk", "disk.raw", DiskFormat.RAW, Subformat.PLAIN, 96 * MIB)

    class Stream(io.RawIOBase):
        """Gives what it is made of piece by piece, as a socket does."""

        def __init__(self, pieces):
            self._pieces = pieces
            self._rest = b""

        def read(self, length=-1, /):
            if not self._rest:
                self._rest = next(self._pieces, b"")
            piece, self._rest = self._rest[:length], self._rest[length:]
            return piece

    tracemalloc.start()
    try:
        receive_package(
            Stream(write_package(PackageFacts("large", disks=(disk,)), {"disk.raw": path})), folder
        )
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 24 * MIB


def test_a_file_that_grows_while_it_is_packed_ends_the_package(workshop):
    path = workshop.changed(workshop.sound(DiskFormat.RAW), {})
    disk = PackageDisk("disk", "disk.raw", DiskFormat.RAW, Subformat.PLAIN, 8 * MIB)
    pieces = write_package(PackageFacts("vm", disks=(disk,)), {"disk.raw": path})
    next(pieces)
    with path.open("ab") as file:
        file.write(b"more")
    with pytest.raises(OSError, match="not of 8388608 bytes any more"):
        list(pieces)


VMWARE = """<?xml version="1.0" encoding="UTF-8"?>
<!--Generated by VMware ovftool 4.3.0-->
<Envelope vmw:buildId="build-7948156" xmlns="http://schemas.dmtf.org/ovf/envelope/1"
 xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
 xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
 xmlns:vmw="http://www.vmware.com/schema/ovf"
 xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData">
 <References><File ovf:href="web-disk1.vmdk" ovf:id="file1" ovf:size="68096"/>
 <File ovf:href="cd.iso" ovf:id="file2"/></References>
 <DiskSection><Info>Virtual disk information</Info>
 <Disk ovf:capacity="16" ovf:capacityAllocationUnits="byte * 2^30" ovf:diskId="vmdisk1" ovf:fileRef="file1"
  ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"
  ovf:populatedSize="0"/></DiskSection>
 <NetworkSection><Info>Networks</Info><Network ovf:name="VM Network"/></NetworkSection>
 <DeploymentOptionSection><Info/><Configuration ovf:id="small"/>
 <Configuration ovf:id="large" ovf:default="true"/></DeploymentOptionSection>
 <VirtualSystem ovf:id="web"><Info>A virtual machine</Info><Name>web server</Name>
 <OperatingSystemSection ovf:id="96" vmw:osType="debian10_64Guest"><Info/></OperatingSystemSection>
 <VirtualHardwareSection><Info/><System><vssd:ElementName>x</vssd:ElementName>
 <vssd:VirtualSystemType>vmx-13</vssd:VirtualSystemType></System>
 <Item ovf:configuration="small"><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType>
  <rasd:VirtualQuantity>1</rasd:VirtualQuantity></Item>
 <Item ovf:configuration="large"><rasd:AllocationUnits>hertz * 10^6</rasd:AllocationUnits>
  <rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType>
  <rasd:VirtualQuantity>8</rasd:VirtualQuantity>
  <vmw:CoresPerSocket ovf:required="false">4</vmw:CoresPerSocket></Item>
 <Item ovf:bound="max"><rasd:InstanceID>0</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType>
  <rasd:VirtualQuantity>32</rasd:VirtualQuantity></Item>
 <Item><rasd:AllocationUnits>byte * 2^20</rasd:AllocationUnits><rasd:InstanceID>2</rasd:InstanceID>
  <rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>4096</rasd:VirtualQuantity></Item>
 <Item><rasd:Address>0</rasd:Address><rasd:InstanceID>3</rasd:InstanceID>
  <rasd:ResourceSubType>VirtualSCSI</rasd:ResourceSubType><rasd:ResourceType>6</rasd:ResourceType></Item>
 <Item ovf:required="false"><rasd:InstanceID>8</rasd:InstanceID>
  <rasd:HostResource>ovf:/file/file2</rasd:HostResource>
  <rasd:ResourceSubType>vmware.cdrom.iso</rasd:ResourceSubType><rasd:ResourceType>15</rasd:ResourceType></Item>
 <Item><rasd:AddressOnParent>0</rasd:AddressOnParent><rasd:HostResource>ovf:/disk/vmdisk1</rasd:HostResource>
  <rasd:InstanceID>9</rasd:InstanceID><rasd:Parent>3</rasd:Parent><rasd:ResourceType>17</rasd:ResourceType></Item>
 <Item><rasd:Connection>VM Network</rasd:Connection><rasd:InstanceID>13</rasd:InstanceID>
  <rasd:ResourceSubType>VmxNet3</rasd:ResourceSubType><rasd:ResourceType>10</rasd:ResourceType></Item>
 </VirtualHardwareSection></VirtualSystem></Envelope>"""


def test_a_descriptor_of_vmware_is_read():
    facts = read_envelope(VMWARE.encode())
    assert (facts.name, facts.operating_system, facts.hardware_family) == (
        "web server",
        "debian10_64Guest",
        "vmx-13",
    )
    assert (facts.cpu_count, facts.cores_per_socket, facts.memory_mib) == (8, 4, 4096)
    (disk,) = facts.disks
    assert (disk.file_name, disk.capacity_bytes) == ("web-disk1.vmdk", 16 * GIB)
    assert (disk.format, disk.subformat) == (DiskFormat.VMDK, Subformat.STREAM_OPTIMIZED)
    assert (disk.controller, disk.controller_model) == (DiskController.SCSI, "VirtualSCSI")
    assert facts.nics == (PackageNic("VM Network", "VmxNet3"),)


def test_a_descriptor_of_virtualbox_is_read():
    document = envelope(
        files='<File o:id="file1" o:href="vm-disk001.vmdk"/>',
        disks='<Disk o:capacity="21474836480" o:diskId="vmdisk1" o:fileRef="file1" '
        'o:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/>',
        system='<OperatingSystemSection o:id="96"><Description>Debian_64</Description>'
        "</OperatingSystemSection>"
        "<VirtualHardwareSection><System><VirtualSystemType>virtualbox-2.2</VirtualSystemType></System>"
        + item(3, InstanceID="1", VirtualQuantity="2")
        + item(4, InstanceID="2", AllocationUnits="MegaBytes", VirtualQuantity="1024")
        + item(20, InstanceID="4", ResourceSubType="AHCI")
        + item(17, InstanceID="9", Parent="4", AddressOnParent="0", HostResource="/disk/vmdisk1")
        + "</VirtualHardwareSection>",
    )
    facts = read_envelope(document)
    assert (facts.cpu_count, facts.memory_mib, facts.operating_system) == (2, 1024, "Debian_64")
    assert (facts.disks[0].capacity_bytes, facts.disks[0].controller) == (20 * GIB, DiskController.SATA)


def test_disks_come_in_the_order_of_their_places():
    disks = "".join(f'<Disk o:diskId="d{n}" o:capacity="{n + 1}"/>' for n in range(3))
    items = [
        item(17, InstanceID=10 + n, Parent=3, AddressOnParent=2 - n, HostResource=f"ovf:/disk/d{n}")
        for n in range(3)
    ]
    system = f"<VirtualHardwareSection>{item(6, InstanceID='3')}{''.join(items)}</VirtualHardwareSection>"
    facts = read_envelope(envelope(disks=disks, system=system))
    assert [disk.label for disk in facts.disks] == ["d2", "d1", "d0"]


def test_a_disk_that_no_machine_uses_is_still_a_disk():
    assert [disk.label for disk in read_envelope(hardware()).disks] == ["d"]


@pytest.mark.parametrize(
    ("unit", "expected_bytes"),
    [
        ("byte * 2^30", GIB),
        ("byte*2^20", MIB),
        ("byte * 10^9", 10**9),
        ("bytes * 1024", 1024),
        ("MegaBytes", MIB),
        ("GB", GIB),
        ("", 1),
        ("byte", 1),
    ],
)
def test_units_are_bytes(unit, expected_bytes):
    assert bytes_in(unit) == expected_bytes
