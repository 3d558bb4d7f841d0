"""The first cloud administrator of an installation."""

import io

import pytest
from django.core.management import CommandError, call_command

from tenants.models import User


def create(monkeypatch, password: str, *arguments: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    call_command("create_administrator", *arguments, stdout=io.StringIO())


def test_the_first_administrator_sees_everything(db, monkeypatch):
    create(monkeypatch, "a long password", "root", "--enterprise", "Example Hosting")

    administrator = User.objects.get(nick="root")
    assert administrator.check_password("a long password")
    assert administrator.sees_all_enterprises
    assert administrator.enterprise.is_provider


@pytest.mark.parametrize("password", ["", "another password"])
def test_an_empty_password_or_a_taken_name_creates_nobody(db, monkeypatch, password):
    create(monkeypatch, "a long password", "root")

    with pytest.raises(CommandError):
        create(monkeypatch, password, "root" if password else "other")

    assert User.objects.count() == 1
