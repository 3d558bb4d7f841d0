"""A repository whose file system gets full in the middle of whatever writes to it: nothing of it is left, its
room is free again, and what is told names a code and how much there is."""

import ctypes
import io
import os
import re
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from contracts.appliance import CancelFetch, DiscardUpload, FetchTemplate
from contracts.conversion import ConvertDisk, DiscardConversion
from contracts.copies import CopyTemplateFiles, DiscardCopy, DiskToExport, FileToCopy
from contracts.vocabulary import DiskFormat, ErrorCode
from remote_services.appliance_manager.handlers.cancel_fetch import cancel_fetch
from remote_services.appliance_manager.handlers.copies import (
    capture_disks,
    copy_template_files,
    discard_copy,
    export_package,
    fetch_template_files,
)
from remote_services.appliance_manager.handlers.discard_upload import discard_upload
from remote_services.appliance_manager.handlers.fetch_template import fetch_template
from remote_services.conversion_manager.handlers.convert_disk import convert_disk
from remote_services.conversion_manager.handlers.discard_conversion import discard_conversion
from remote_services.images import PackageDisk, PackageFacts, Subformat, write_package
from remote_services.runtime import mount
from remote_services.runtime.errors import RemoteError
from remote_services.runtime.settings import settings
from tests.remote_services.appliance_manager.fetching.mirror import HERE, Mirror
from tests.remote_services.appliance_manager.http.conftest import ENTERPRISE, Service, upload_ticket
from tests.remote_services.appliance_manager.http.test_copies_between import asked
from tests.remote_services.appliance_manager.test_copies import capture_of, export_of, machine_disk
from tests.remote_services.images.making import qemu_img

pytestmark = pytest.mark.hypervisor
MIB = 2**20
CONTENT_MIB, WHOLE_MIB = 40, 400
MS_REMOUNT = 32
LIBC = ctypes.CDLL(None, use_errno=True)


class Quiet:
    """The context of a handler that nobody listens to."""

    def progress(self, percent: int) -> None:
        pass


@dataclass
class SmallDisk:
    """A repository on a file system of its own, which gets full when ``after_mib`` more are in it."""

    root: Path
    _calm: threading.Event = field(default_factory=threading.Event)

    def resize(self, size_bytes: int) -> bool:
        options = f"size={size_bytes}".encode()
        return LIBC.mount(b"none", str(self.root).encode(), b"tmpfs", MS_REMOUNT, options) == 0

    @property
    def used_bytes(self) -> int:
        status = os.statvfs(self.root)
        return (status.f_blocks - status.f_bfree) * status.f_frsize

    def fill_up(self, after_mib: float) -> threading.Thread:
        """By a neighbour who takes all but 2 MiB of it then; 0: as soon as a program is about to write."""
        limit_bytes = self.used_bytes + int(after_mib * MIB)

        def has_begun() -> bool:
            return self.used_bytes >= limit_bytes if after_mib else any(self.root.rglob(".*.partial"))

        def watch() -> None:
            while not self._calm.is_set() and not has_begun():
                time.sleep(0.0005)
            while not self._calm.is_set() and not self.resize(self.used_bytes + 2 * MIB):
                pass

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        return watcher

    def empty_again(self, watcher: threading.Thread) -> None:
        self._calm.set()
        watcher.join(10)
        assert self.resize(WHOLE_MIB * MIB)

    def files(self) -> list[str]:
        """Every file but the marker, and signs of what is over."""
        signs = (".over", ".unwanted", ".lock")
        found = (path for path in self.root.rglob("*") if path.is_file() and path.name != mount.MARKER)
        return sorted(str(path.relative_to(self.root)) for path in found if path.suffix not in signs)


@pytest.fixture
def disk(tmp_path, monkeypatch):
    root = tmp_path / "repository"
    root.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={WHOLE_MIB}m", "atrium-test", root], check=True)
    (root / mount.MARKER).touch()
    monkeypatch.setenv("ATRIUM_REPOSITORY_DIR", str(root))
    monkeypatch.setenv("ATRIUM_FETCH_ALLOWED_NETWORKS", f"{HERE}/32")
    settings.cache_clear()
    yield SmallDisk(root)
    subprocess.run(["umount", "-l", root], check=True)


@pytest.fixture(scope="module")
def noise(tmp_path_factory) -> Path:
    """An image that nothing makes smaller."""
    path = tmp_path_factory.mktemp("noise") / "noise.raw"
    path.write_bytes(b"\xeb\x3c" + os.urandom(CONTENT_MIB * MIB - 2))
    return path


@dataclass
class Case:
    """What is begun, how it is undone, and after how many MiB a neighbour fills the file system."""

    act: Callable[[], Any]
    undo: Callable[[], Any]
    after_mib: float = 3
    code: str = ErrorCode.REPOSITORY_FULL


def template_of(disk: SmallDisk, noise: Path) -> str:
    path = f"{ENTERPRISE}/template/disk-0.qcow2"
    (disk.root / path).parent.mkdir(parents=True)
    qemu_img("convert", "-f", "raw", "-O", "qcow2", noise, disk.root / path)
    return path


def copied(command: Any, handler: Callable[[Any, Any], Any], after_mib: float = 3) -> Case:
    ids = {"copy_id": command.copy_id, "enterprise_id": ENTERPRISE, "operation_id": uuid4()}
    return Case(
        lambda: handler(command, Quiet()), lambda: discard_copy(DiscardCopy(**ids), Quiet()), after_mib
    )


def capture(disk: SmallDisk, noise: Path, tmp_path: Path, _stack: Any) -> Case:
    datastore = tmp_path / "datastore"
    datastore.mkdir()
    disk_id = machine_disk(datastore, disk.root)
    qemu_img("convert", "-f", "raw", "-O", "qcow2", noise, datastore / f"{disk_id}.qcow2")
    command = capture_of(datastore, (disk_id, None))
    wanted = command.disks[0].model_copy(update={"most_bytes": 2 * CONTENT_MIB * MIB})
    return copied(command.model_copy(update={"disks": (wanted,)}), capture_disks, 0)


def promotion(disk: SmallDisk, noise: Path, _tmp_path: Path, _stack: Any) -> Case:
    file = FileToCopy(path=template_of(disk, noise), format="qcow2", number=0)
    ids = {"operation_id": uuid4(), "copy_id": uuid4(), "enterprise_id": ENTERPRISE}
    return copied(CopyTemplateFiles(**ids, files=(file,)), copy_template_files)


def export(disk: SmallDisk, noise: Path, _tmp_path: Path, _stack: Any) -> Case:
    path = template_of(disk, noise)
    size_bytes = CONTENT_MIB * MIB
    wanted = DiskToExport(path=path, format="qcow2", number=0, virtual_size_bytes=size_bytes)
    return copied(export_of(wanted), export_package, 0)


def other_datacenter(_disk: SmallDisk, noise: Path, _tmp_path: Path, stack: Any) -> Case:
    source = stack.service().root / str(ENTERPRISE) / "there" / "disk-0.raw"
    source.parent.mkdir(parents=True)
    source.write_bytes(noise.read_bytes())
    return copied(asked(stack.service(), [source]), fetch_template_files)


def conversion(disk: SmallDisk, noise: Path, _tmp_path: Path, _stack: Any) -> Case:
    ids = {"operation_id": uuid4(), "conversion_id": uuid4()}
    target = f"{ENTERPRISE}/template/converted.vdi"
    command = ConvertDisk(
        **ids, source_path=template_of(disk, noise), source_format="qcow2", target_path=target,
        target_format="vdi",
    )  # fmt: skip
    undo = DiscardConversion(**ids, target_path=target)
    return Case(
        lambda: convert_disk(command, Quiet()),
        lambda: discard_conversion(undo, Quiet()),
        after_mib=0,
        code=ErrorCode.DATASTORE_FULL,
    )


def address(_disk: SmallDisk, noise: Path, _tmp_path: Path, stack: Any) -> Case:
    return fetched(stack.mirror().serve("/noise.raw", noise.read_bytes()))


def package_at_address(_disk: SmallDisk, noise: Path, _tmp_path: Path, stack: Any) -> Case:
    case = fetched(stack.mirror().serve("/noise.ova", packed(noise)))
    case.after_mib = CONTENT_MIB + 4
    return case


def fetched(url: str) -> Case:
    ids = {"operation_id": uuid4(), "upload_id": uuid4(), "enterprise_id": ENTERPRISE}
    command = FetchTemplate(**ids, url=url, most_bytes=2 * CONTENT_MIB * MIB)
    return Case(lambda: fetch_template(command, Quiet()), lambda: cancel_fetch(CancelFetch(**ids), Quiet()))


def upload(disk: SmallDisk, noise: Path, _tmp_path: Path, stack: Any) -> Case:
    return sent(stack.service(disk.root), noise.read_bytes(), "noise.raw")


def package_upload(disk: SmallDisk, noise: Path, _tmp_path: Path, stack: Any) -> Case:
    case = sent(stack.service(disk.root), packed(noise), "noise.ova")
    case.after_mib = CONTENT_MIB + 4
    return case


def sent(service: Service, content: bytes, name: str) -> Case:
    ticket = upload_ticket(len(content), name)

    def act() -> None:
        assert service.begin(ticket).status_code == 201
        answer = service.send(ticket, 0, content)
        told = answer.json()["collection"][0] if answer.status_code != 204 else None
        end = told or service.end_of(ticket.upload_id)
        error = RemoteError(end.get("message") or end["detail"])
        error.code = end["code"]
        raise error

    undo = DiscardUpload(operation_id=uuid4(), upload_id=ticket.upload_id, enterprise_id=ENTERPRISE)
    return Case(act, lambda: discard_upload(undo, Quiet()))


def packed(noise: Path) -> bytes:
    content_bytes = noise.stat().st_size
    disk = PackageDisk("disk", "noise.raw", DiskFormat.RAW, Subformat.PLAIN, content_bytes)
    package = io.BytesIO()
    for piece in write_package(PackageFacts(name="noise", disks=(disk,)), {"noise.raw": noise}, stem="noise"):
        package.write(piece)
    return package.getvalue()


@dataclass
class Stack:
    """The servers that a case needs, begun when they are asked for."""

    directory: Path
    datacenter_id: Any
    running: list[Any] = field(default_factory=list)

    def service(self, root: Path | None = None) -> Service:
        known = [each for each in self.running if isinstance(each, Service)]
        if not known:
            self.directory.mkdir(exist_ok=True)
            if root is not None:
                (self.directory / "repository").symlink_to(root)
            self.running.append(Service(self.directory, self.datacenter_id).start())
        return next(each for each in self.running if isinstance(each, Service))

    def mirror(self) -> Mirror:
        self.running.append(Mirror().start())
        return self.running[-1]


@pytest.fixture
def stack(tmp_path, datacenter_id):
    made = Stack(tmp_path / "service", datacenter_id)
    yield made
    for each in made.running:
        each.stop()


CASES = (
    capture, promotion, export, other_datacenter, conversion, address, package_at_address, upload,
    package_upload,
)  # fmt: skip


@pytest.mark.parametrize("prepare", CASES, ids=lambda case: case.__name__)
def test_a_disk_that_gets_full_in_the_middle_is_told_and_nothing_is_left(
    disk, noise, stack, tmp_path, prepare
):
    case = prepare(disk, noise, tmp_path, stack)
    before, used_before = disk.files(), disk.used_bytes
    watcher = disk.fill_up(case.after_mib)
    try:
        with pytest.raises(RemoteError) as refused:
            case.act()
        assert not watcher.is_alive(), "it was refused before the disk was full"
    finally:
        disk.empty_again(watcher)
    case.undo()

    assert refused.value.code == case.code, refused.value
    assert re.search(r"full|filled|free", str(refused.value)) and re.search(r"\d MiB", str(refused.value))
    assert disk.files() == before
    # A request that was just answered may still hold what it had removed.
    deadline = time.monotonic() + 30
    while disk.used_bytes > used_before + 65536:
        assert time.monotonic() < deadline, disk.used_bytes
        time.sleep(0.02)
