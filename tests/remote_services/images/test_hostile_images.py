"""The hostile corpus: every image that would harm is refused, with the reason, and opens no other file."""

import pytest

from remote_services.images import ImageRefused, inspect_image
from tests.remote_services.images import hostile_microsoft, hostile_others, hostile_qcow2, hostile_vmdk
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


def test_every_hostile_image_has_a_name_of_its_own():
    assert len({str(hostile) for hostile in HOSTILE}) == len(HOSTILE)
