"""Failures of remote services have words for people."""

import pytest

from contracts.vocabulary import RefusalCode
from operations.failures import UNNAMED, failure_of


@pytest.mark.parametrize("code", RefusalCode)
def test_every_reason_for_which_an_image_is_refused_has_words_of_its_own(code):
    failure = failure_of({"code": code.value, "detail": "what the remote service said"})
    assert failure["why"] != UNNAMED[0]
    assert failure["why"].endswith(".") and failure["remedy"].endswith(".")
    assert failure["detail"] == ""
