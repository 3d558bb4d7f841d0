"""What the server seals to a datacenter, that datacenter opens: for the same purpose with the same key."""

from uuid import uuid4

import pytest

from core.errors import Conflict
from infrastructure.models import Datacenter
from infrastructure.services import sealed_to
from remote_services.runtime.errors import CannotUnseal
from remote_services.runtime.settings import settings
from remote_services.runtime.unsealing import unseal

# Sealed when this was introduced: a remote service of that release must still open it, and this one as well.
KEY, PURPOSE, TEXT = "key of a datacenter", "guest drive 1", "Grüße an den Gast"
RECORDED = "d1:52DfbjMEhf4SAWnJ7Md0-MXmefe_nrQe1nq-V4Jy-B_Ece-DveyYZ7CM_TncWeA="


@pytest.fixture
def datacenter(monkeypatch, tmp_path):
    """Both ends of one: the server's row, and the environment of a remote service."""
    told = {"BROKER_URL": "memory://", "DATACENTER_ID": str(uuid4()), "STATE_DIR": str(tmp_path)}
    for name, value in (told | {"DATACENTER_KEY": KEY}).items():
        monkeypatch.setenv(f"ATRIUM_{name}", value)
    settings.cache_clear()
    yield Datacenter(name="North", key=KEY)
    settings.cache_clear()


def test_a_text_arrives_and_is_never_sealed_the_same_twice(datacenter):
    first, second = (sealed_to(datacenter, TEXT, purpose=PURPOSE) for _each in range(2))

    assert unseal(first, purpose=PURPOSE) == unseal(second, purpose=PURPOSE) == TEXT
    assert first != second
    assert TEXT not in first


def test_what_an_older_release_sealed_is_still_opened(datacenter):
    assert unseal(RECORDED, purpose=PURPOSE) == TEXT


@pytest.mark.parametrize("changed", ["purpose", "key", "text"])
def test_another_purpose_another_key_or_a_changed_text_opens_nothing(datacenter, changed):
    if changed == "key":
        datacenter.key = "key of another"
    sealed = sealed_to(datacenter, TEXT, purpose="else" if changed == "purpose" else PURPOSE)
    if changed == "text":
        sealed = sealed[:-8] + "AAAAAAA="

    with pytest.raises(CannotUnseal):
        unseal(sealed, purpose=PURPOSE)


def test_nothing_is_sealed_for_a_datacenter_without_a_key():
    with pytest.raises(Conflict, match="no key"):
        sealed_to(Datacenter(name="North", key=""), TEXT, purpose=PURPOSE)
