"""What the user may choose on the command line of make, and what is said about nonsense."""

import socket
import stat
from pathlib import Path

import pytest

from deploy.embedded.identity import Identity
from deploy.embedded.options import Options, WrongOption


def options(monkeypatch, **chosen: str) -> Options:
    for name in ("HOST", "PORT", "DATA_DIR", "HYPERVISOR"):
        monkeypatch.setenv(name, chosen.get(name, ""))
    return Options.from_environment()


def test_without_choices_the_portal_answers_this_machine_only(monkeypatch):
    chosen = options(monkeypatch)
    assert chosen.url == "http://127.0.0.1:8000"
    assert chosen.allowed_hosts == "127.0.0.1,localhost,[::1]"
    assert chosen.data_dir.parts[-2:] == ("var", "embedded")


def test_listening_on_every_address_lets_any_name_in(monkeypatch):
    chosen = options(monkeypatch, HOST="0.0.0.0", PORT="81", DATA_DIR="/tmp/elsewhere")
    assert (chosen.url, chosen.allowed_hosts) == ("http://127.0.0.1:81", "*")
    assert chosen.data_dir == Path("/tmp/elsewhere")


@pytest.mark.parametrize(("name", "value"), [("PORT", "http"), ("PORT", "70000"), ("HYPERVISOR", "vmware")])
def test_nonsense_is_refused_in_words(monkeypatch, name, value):
    with pytest.raises(WrongOption, match=f"{name}={value}"):
        options(monkeypatch, **{name: value})


def test_a_taken_port_is_refused_before_anything_starts(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(WrongOption, match="PORT="):
            options(monkeypatch, PORT=str(taken.getsockname()[1])).refuse_taken_port()


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path):
    made = Identity.of(tmp_path)
    assert Identity.of(tmp_path) == made
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
