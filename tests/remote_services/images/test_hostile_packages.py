"""The hostile corpus of packages: each is refused with its reason and leaves no file behind."""

import io

import pytest

from remote_services.images import ImageRefused, read_envelope, receive_package
from tests.remote_services.images import hostile_descriptors, hostile_tars
from tests.remote_services.images.watching import opened_files


@pytest.mark.parametrize("hostile", hostile_tars.HOSTILE, ids=str)
def test_a_hostile_package_is_refused_with_its_reason_and_leaves_nothing(hostile, workshop, tmp_path, count):
    package = hostile.make(workshop)
    folder = tmp_path / "received"
    folder.mkdir()
    with opened_files() as opened, pytest.raises(ImageRefused) as refused:
        receive_package(io.BytesIO(package), folder, hostile.limits)
    assert (refused.value.code, hostile.words in refused.value.detail) == (hostile.code, True), (
        refused.value.detail
    )
    assert all(path.startswith(f"{folder}/") for path in opened)
    assert list(folder.iterdir()) == []
    count("hostile files refused")


@pytest.mark.parametrize("hostile", hostile_descriptors.HOSTILE, ids=str)
def test_a_hostile_descriptor_is_refused_with_its_reason(hostile, count):
    with opened_files() as opened, pytest.raises(ImageRefused) as refused:
        read_envelope(hostile.document)
    assert (refused.value.code, hostile.words in refused.value.detail) == (hostile.code, True), (
        refused.value.detail
    )
    assert opened == []
    count("hostile files refused")


def test_a_disk_that_is_full_leaves_nothing_of_a_package(workshop, tmp_path):
    class Breaking(io.BytesIO):
        def read(self, length=-1, /):
            if self.tell() > 4096:
                raise OSError(28, "No space left on device")
            return super().read(min(length, 1024))

    folder = tmp_path / "received"
    folder.mkdir()
    package = hostile_tars.packed(*hostile_tars.sound_members(workshop))
    with pytest.raises(OSError, match="No space left"):
        receive_package(Breaking(package), folder)
    assert list(folder.iterdir()) == []
