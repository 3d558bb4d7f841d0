"""The secret key and the ones before it: what is taken from the environment, and what stops the start."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from portal.settings.environment import Environment

KEY, OLDER, OLDEST = "present-" + "k" * 40, "older-" + "k" * 40, "oldest-" + "k" * 40


@pytest.mark.parametrize(
    ("text", "keys"), [("", []), (OLDER, [OLDER]), (f" {OLDER}, {OLDEST} ", [OLDER, OLDEST])]
)
def test_former_keys_are_parted_by_commas(text, keys):
    assert Environment(secret_key=KEY, secret_key_fallbacks=text).older_keys == keys


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{OLDER},", "empty key"),
        (f"{OLDER},,{OLDEST}", "empty key"),
        (f"{OLDER},{OLDER}", "twice"),
        ("short", "fewer than 20"),
        (f"{OLDER},{KEY}", "ATRIUM_SECRET_KEY itself"),
    ],
)
def test_a_list_that_can_t_be_meant_is_refused(text, why):
    with pytest.raises(ValidationError, match=why):
        Environment(secret_key=KEY, secret_key_fallbacks=text)


def test_a_wrong_list_stops_the_start_and_shows_no_key(monkeypatch):
    monkeypatch.setenv("ATRIUM_SECRET_KEY", KEY)
    monkeypatch.setenv("ATRIUM_SECRET_KEY_FALLBACKS", f"{OLDER},{KEY}")
    command = [sys.executable, "-c", "from portal.settings.environment import environment; environment()"]

    stopped = subprocess.run(command, capture_output=True, text=True, check=False)

    assert stopped.returncode == 1
    assert "ATRIUM_SECRET_KEY_FALLBACKS: Value error, holds ATRIUM_SECRET_KEY itself" in stopped.stderr
    assert OLDER not in stopped.stderr and KEY not in stopped.stderr
    assert OLDER not in repr(Environment(secret_key=KEY, secret_key_fallbacks=OLDER))
