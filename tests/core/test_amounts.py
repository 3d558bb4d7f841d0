"""Amounts as people read them."""

import pytest

from core.ui.amounts import size_text


@pytest.mark.parametrize(
    ("size_mib", "text"),
    [
        (0.05, "under 1 MiB"), (0.9, "under 1 MiB"), (1, "1 MiB"), (1023, "1023 MiB"),
        (1024, "1 GiB"), (1536, "1.5 GiB"), (0, "0 GiB"),
    ],
)  # fmt: skip
def test_a_size_is_told_in_mebibytes_below_one_gibibyte_and_never_as_nothing(size_mib, text):
    assert size_text(size_mib) == text
