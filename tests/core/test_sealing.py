"""Sealed secrets open for whom they were sealed, and for nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sealing import CannotUnseal, is_sealed, seal, unseal


@given(st.text(max_size=200), st.text(max_size=20))
def test_what_was_sealed_for_a_purpose_opens_for_it(text, purpose):
    assert unseal(seal(text, purpose=purpose), purpose=purpose) == text


def test_the_same_text_is_never_sealed_to_the_same_twice():
    assert len({seal("the same") for _ in range(50)}) == 50


def test_a_sealed_text_does_not_show_what_it_holds():
    sealed = seal("canary-secret")

    assert is_sealed(sealed)
    assert "canary" not in sealed


def test_what_was_sealed_for_one_purpose_opens_for_no_other():
    sealed = seal("secret", purpose="mail server")

    with pytest.raises(CannotUnseal):
        unseal(sealed, purpose="mail body")


def test_a_key_that_became_a_fallback_still_opens(settings):
    sealed = seal("secret")

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key that was set meanwhile, and is long enough"

    assert unseal(sealed) == "secret"


def test_without_its_key_a_secret_stays_closed_and_the_error_says_what_to_do(settings):
    sealed = seal("secret")
    settings.SECRET_KEY = "another key that was set meanwhile, and is long enough"

    with pytest.raises(CannotUnseal, match="SECRET_KEY_FALLBACKS"):
        unseal(sealed)


@pytest.mark.parametrize(
    "damaged", ["", "plain text", "s1:", "s1:AAAA", "s1:!", "s1:" + "A" * 64, "s2:AAAA", "s1:\u00e4"]
)
def test_what_is_no_sealed_text_is_refused_without_a_crash(damaged):
    with pytest.raises(CannotUnseal):
        unseal(damaged)


@given(st.integers(min_value=3, max_value=60), st.integers(min_value=1, max_value=255))
def test_no_single_changed_character_goes_unnoticed(place, shift):
    sealed = seal("a secret that is long enough to be changed anywhere")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    at = alphabet.index(sealed[place])
    changed = alphabet[(at + 1 + shift % 62) % 64]

    with pytest.raises(CannotUnseal):
        unseal(sealed[:place] + changed + sealed[place + 1 :])
