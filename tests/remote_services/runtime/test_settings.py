"""The environment is checked at once, and complained about in one sentence."""

import pytest

from remote_services.runtime.settings import SettingsError, settings


def test_a_missing_variable_is_named(monkeypatch):
    monkeypatch.delenv("ATRIUM_BROKER_URL")
    with pytest.raises(SettingsError) as caught:
        settings()
    assert str(caught.value) == "ATRIUM_BROKER_URL is not set."


def test_an_unusable_variable_is_named_with_the_reason(monkeypatch):
    monkeypatch.setenv("ATRIUM_DATACENTER_ID", "here")
    with pytest.raises(SettingsError, match="^ATRIUM_DATACENTER_ID is not usable: .*UUID"):
        settings()


def test_a_variable_only_some_services_need_is_asked_for_when_needed():
    with pytest.raises(SettingsError, match="ATRIUM_REDIS_URL is not set"):
        settings().required("redis_url")


def test_the_key_is_not_shown_by_accident():
    assert "key of the tests" not in repr(settings())
    assert settings().required("datacenter_key") == "key of the tests"
