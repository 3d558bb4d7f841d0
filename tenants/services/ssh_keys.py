"""Keeping the public SSH keys of users. They count for guests that are set up from then on."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, Invalid, NotFound
from events.services import record_event
from tenants.models import SshKey, User
from tenants.public_keys import PublicKey, read_public_key

MOST_KEYS = 20
NAME_LENGTH = 64


@transaction.atomic
def add_ssh_key(*, actor: User, text: str, name: str = "") -> SshKey:
    """Add a public key of the actor; without a name it is called as its comment says.

    Raises Invalid (SSH-KEY-1, -2), Conflict for one that is there already or one too many (SSH-KEY-3).
    """
    key = read_public_key(text)
    user = User.objects.select_for_update().get(pk=actor.pk)
    return _added(actor, user, key, name or key.comment or key.kind)


@transaction.atomic
def remove_ssh_key(*, actor: User, key_id: int) -> None:
    """Remove one of the actor's keys. Guests that were given it keep it. Raises NotFound."""
    key = SshKey.objects.filter(user_id=actor.pk, pk=key_id).first()
    if key is None:
        raise NotFound(_("You have no such key."))
    _removed(actor, key)


def replace_ssh_keys(actor: User | None, user: User, text: str) -> None:
    """Make the lines all keys of the user, whose row is locked; none removes them. Joins the caller's
    transaction. Raises as ``add_ssh_key``."""
    wanted = {key.fingerprint: key for key in map(read_public_key, filter(str.strip, text.splitlines()))}
    known = {key.fingerprint: key for key in SshKey.objects.filter(user_id=user.pk)}
    for fingerprint in known.keys() - wanted.keys():
        _removed(actor, known[fingerprint])
    for fingerprint, key in wanted.items():
        if fingerprint not in known:
            _added(actor, user, key, _free_name(user, key.comment or key.kind))


def _added(actor: User | None, user: User, key: PublicKey, name: str) -> SshKey:
    name = " ".join(name.split())
    if not 0 < len(name) <= NAME_LENGTH or not name.isprintable():
        raise Invalid(
            _("A key's name has 1 to %(most)s printable characters.") % {"most": NAME_LENGTH},
            code="SSH-KEY-2",
        )
    mine = SshKey.objects.filter(user_id=user.pk)
    same = mine.filter(fingerprint=key.fingerprint).first() or mine.filter(name=name).first()
    if same is not None:
        raise Conflict(
            _("There is a key %(name)s already: %(fingerprint)s.")
            % {"name": same.name, "fingerprint": same.fingerprint},
            code="SSH-KEY-3",
            remedy=_("Give it another name, or remove the one that is there."),
        )
    if mine.count() >= MOST_KEYS:
        raise Conflict(
            _("A user has at most %(most)s keys.") % {"most": MOST_KEYS},
            code="SSH-KEY-3",
            remedy=_("Remove one that is not needed any more."),
        )
    made = SshKey.objects.create(
        user_id=user.pk, name=name, line=key.line, kind=key.kind, fingerprint=key.fingerprint
    )
    record_event(kind="user.ssh_key_added", subject=user, actor=actor, data=_told(made))
    return made


def _removed(actor: User | None, key: SshKey) -> None:
    record_event(kind="user.ssh_key_removed", subject=key.user, actor=actor, data=_told(key))
    key.delete()


def _told(key: SshKey) -> dict[str, Any]:
    return {"name": key.name, "fingerprint": key.fingerprint}


def _free_name(user: User, name: str) -> str:
    taken = set(SshKey.objects.filter(user_id=user.pk).values_list("name", flat=True))
    for number in range(1, MOST_KEYS + 2):
        wanted = name if number == 1 else f"{name[: NAME_LENGTH - 4]} {number}"
        if wanted not in taken:
            return wanted
    return name
