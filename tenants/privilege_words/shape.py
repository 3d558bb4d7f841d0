"""How words about privileges are held. They wait for the reader's language."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Words:
    """One privilege: what it is called, and a sentence about what it lets people do."""

    title: str | Promise
    help: str | Promise


@dataclass(frozen=True)
class Group:
    """Privileges of one area by their names, in the order people read them."""

    title: str | Promise
    help: str | Promise
    privileges: dict[str, Words]
