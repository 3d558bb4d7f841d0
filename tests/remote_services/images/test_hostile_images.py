"""The hostile corpus: every image that would harm is refused, with the reason, and opens no other file."""

from pathlib import Path

import pytest

from remote_services.images import ImageRefused, RefusalCode, detect_format, inspect_image
from tests.remote_services.images import (
    hostile_descriptors,
    hostile_microsoft,
    hostile_others,
    hostile_qcow2,
    hostile_tars,
    hostile_vmdk,
)
from tests.remote_services.images.watching import opened_files

HOSTILE = [
    *hostile_qcow2.HOSTILE, *hostile_vmdk.HOSTILE, *hostile_microsoft.HOSTILE, *hostile_others.HOSTILE,
]  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE, ids=str)
def test_a_hostile_image_is_refused_with_its_reason(hostile, workshop, count):
    path = hostile.make(workshop)
    with opened_files() as opened, pytest.raises(ImageRefused) as refused:
        inspect_image(path, hostile.declared, hostile.limits)
    assert (refused.value.code, hostile.words in refused.value.detail) == (hostile.code, True), (
        refused.value.detail
    )
    assert set(opened) <= {str(path)}
    count("hostile files refused")


def test_a_disk_of_a_format_that_is_not_taken_is_not_guessed_to_be_another_one(workshop):
    path = workshop.file(b"QED\0" + bytes(4096))
    with pytest.raises(ImageRefused, match="qed") as refused:
        detect_format(path)
    assert refused.value.code is RefusalCode.UNKNOWN_FORMAT


def test_every_code_is_tried_and_described():
    tried = {hostile.code for hostile in (*HOSTILE, *hostile_tars.HOSTILE, *hostile_descriptors.HOSTILE)}
    assert set(RefusalCode) - tried == {RefusalCode.UNKNOWN_FORMAT}
    described = (Path(__file__).parents[3] / "docs" / "images.md").read_text()
    assert [code for code in RefusalCode if f"| `{code}` |" not in described] == []


def test_every_hostile_image_has_a_name_of_its_own():
    assert len({str(hostile) for hostile in HOSTILE}) == len(HOSTILE)
