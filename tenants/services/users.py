"""Creating, changing and removing users. Nobody makes one who may do or see more than they."""

from typing import Any

from django.db import transaction
from django.db.models import F, ProtectedError
from django.utils.translation import gettext as _

from core.access_generation import access_changed
from core.errors import Conflict, Invalid
from events.services import record_event
from tenants.access import Decision, possible, require
from tenants.delegation import require_confirmed
from tenants.given_out import take_back
from tenants.models import AuthType, Enterprise, Role, User
from tenants.passwords import check_new_password
from tenants.services.differences import differences
from tenants.services.grants import (
    is_cloud_administrator,
    require_another_cloud_administrator,
    require_assignable,
    require_enterprise,
    require_no_mightier,
    require_scope,
)
from tenants.services.restrictions import write_restriction
from tenants.services.ssh_keys import replace_ssh_keys
from tenants.services.switching import switch_enterprise
from tenants.services.user_parts import NICK_LENGTH, told, write_networks, write_password, write_texts

MANAGE = "USERS_MANAGE_USERS"


@transaction.atomic
def create_user(
    *, actor: Any, enterprise: Enterprise, role: Role, nick: str, password: str, **fields: Any
) -> User:
    """A new user of an enterprise. ``actor`` None: the platform itself, whom nothing is refused.

    ``fields`` as for ``update_user``. Without a scope the user sees their own enterprise. The password
    is to be changed at the first sign-in unless ``must_change_password`` says otherwise. Raises
    PermissionRefused, NotFound, Invalid, Conflict.
    """
    if actor is not None:
        require(actor, MANAGE)
        require_enterprise(actor, enterprise)
    require_assignable(actor, role, enterprise)
    require_scope(actor, fields.get("scope"), enterprise)
    user = User(nick=_free_nick(nick), enterprise=enterprise, role=role, scope=fields.get("scope"))
    user.is_active = fields.get("is_active") is not False
    write_texts(user, fields)
    write_networks(actor, user, fields.get("allowed_networks"))
    if not password:
        raise Invalid(_("A new user needs a password."), code="USER-11")
    if actor is not None:
        check_new_password(user, password)
    write_password(user, password, must_change=_must_change(actor, fields))
    user.save()
    _write_keys(actor, user, fields)
    _restrict(actor, user, fields)
    access_changed()
    record_event(kind="user.created", subject=user, actor=actor, changes=differences({}, told(user)))
    return user


@transaction.atomic
def update_user(*, actor: Any, user: User, **fields: Any) -> User:
    """Change texts, ``is_active``, ``role``, ``scope``, ``password``, ``allowed_networks``, ``ssh_keys`` (all
    of them, a line each), ``restricted`` and ``virtual_datacenters`` (ids); what is not given, or None,
    stays. ``unscoped`` takes the scope away.
    A new password takes back what the user gave out to programs when ``withdraw_credentials`` says so, or
    says nothing and somebody else gives it.
    ``works_in``: the enterprise where the actor works from now on, if the user is the actor.

    Raises PermissionRefused, NotFound, Invalid (USER-27 for the enterprise of somebody else); Conflict for
    the last cloud administrator (USER-25), for a role (USER-18, USER-20) or a scope (USER-19) beyond the
    actor's, for who holds a blocked role that the actor lacks (USER-22), and for the role (USER-7) or the
    enterprise (USER-8) of whom a directory or an identity provider vouches for.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    _require_manager(actor, user, "USER-22")
    _require_same_nick(user, fields.get("nick"))
    if user.pk == actor.pk and _changes_way_in(user, fields):
        require_confirmed(actor)
    before, was_last = told(user), is_cloud_administrator(user)
    _write_rights(actor, user, fields)
    if fields.get("is_active") is not None:
        user.is_active = bool(fields["is_active"])
    write_texts(user, fields)
    write_networks(actor, user, fields.get("allowed_networks"))
    if fields.get("password"):
        _change_password(actor, user, fields)
    elif fields.get("must_change_password") is not None and user.pk != actor.pk:
        user.must_change_password = bool(fields["must_change_password"])
    if was_last and not is_cloud_administrator(user):
        require_another_cloud_administrator(User.objects.get(pk=user.pk))
    user.save()
    _write_keys(actor, user, fields)
    _restrict(actor, user, fields)
    access_changed()
    data = {"new_password": True} if fields.get("password") else {}
    changes = differences(before, told(user))
    record_event(kind="user.changed", subject=user, actor=actor, changes=changes, data=data)
    if fields.get("works_in") is not None:
        _work_in(actor, user, fields["works_in"])
    return user


@transaction.atomic
def delete_user(*, actor: Any, user: User) -> None:
    """Remove a user; what they own stays, without an owner.

    Raises Conflict for oneself (USER 9), the last cloud administrator (USER-25) and who holds a blocked role
    that the actor lacks (USER-16).
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    _require_manager(actor, user, "USER-16")
    if user.pk == actor.pk:
        raise Conflict(_("You can't delete yourself."), code="USER 9", remedy=_("Ask another administrator."))
    if is_cloud_administrator(user):
        require_another_cloud_administrator(user)
    access_changed()
    record_event(kind="user.deleted", subject=user, actor=actor, changes=differences(told(user), {}))
    try:
        user.delete()
    except ProtectedError:
        raise Conflict(
            _("%(nick)s is still needed by something they own.") % {"nick": user.nick},
            remedy=_("Switch the account off instead."),
        ) from None


@transaction.atomic
def set_password(*, user: User, password: str) -> None:
    """Give the user a new password; remembered API credentials and sessions end with the old one."""
    write_password(user, password, must_change=False)
    user.save(update_fields=["password", "password_changed_at", "must_change_password", "updated_at"])
    access_changed()


@transaction.atomic
def end_login_tokens(*, user: User) -> None:
    """End the tokens that were handed out for the user's password; sessions of browsers go on."""
    User.objects.filter(pk=user.pk).update(token_generation=F("token_generation") + 1)
    user.refresh_from_db(fields=["token_generation"])
    access_changed()


def may_change_user(actor: User, user: User) -> Decision:
    """Whether the actor could change this user now, with the reason when not."""
    return possible(_require_manager, actor, user, "USER-22")


def _require_manager(actor: User, user: User, code: str) -> None:
    """``code``: that of the refusal when the user holds a blocked role."""
    require(actor, MANAGE)
    require_enterprise(actor, user.enterprise)
    if user.role.blocked and user.role_id != actor.role_id:
        raise Conflict(
            _("%(nick)s has the role %(role)s, which is blocked: only others who have it change or delete "
              "such a user.")
            % {"nick": user.nick, "role": user.role.name},
            code=code,
            remedy=_("Ask somebody with the role %(role)s.") % {"role": user.role.name},
        )  # fmt: skip
    require_no_mightier(actor, user)


def _work_in(actor: User, user: User, enterprise: Enterprise) -> None:
    if user.pk == actor.pk:
        switch_enterprise(actor=actor, enterprise=enterprise)
    elif enterprise.pk != user.enterprise_id and user.auth_type != AuthType.LOCAL:
        raise Conflict(
            _("%(where)s says where %(nick)s belongs; only oneself goes to work in another enterprise.")
            % {"nick": user.nick, "where": user.get_auth_type_display()},
            code="USER-8",
            remedy=_("Change it there."),
        )
    elif enterprise.pk != user.enterprise_id:
        raise Invalid(
            _("%(nick)s belongs to %(enterprise)s for good; only oneself goes to work in another one.")
            % {"nick": user.nick, "enterprise": user.enterprise},
            code="USER-27",
            remedy=_("Make another user there instead."),
        )


def _write_rights(actor: User, user: User, fields: dict[str, Any]) -> None:
    """Role and scope."""
    role, scope = fields.get("role"), fields.get("scope")
    if role is not None and role.pk != user.role_id:
        _require_role_is_ours(user)
        require_assignable(actor, role, user.enterprise)
        user.role = role
    if fields.get("unscoped"):
        user.scope = None
    elif scope is not None and scope.pk != user.scope_id:
        require_scope(actor, scope, user.enterprise, code="SCOPE-16")
        user.scope = scope


def _require_role_is_ours(user: User) -> None:
    """What is given by hand to whom somebody else vouches for would be undone at their next sign-in."""
    if user.auth_type != AuthType.LOCAL:
        raise Conflict(
            _("The role of %(nick)s follows from their groups (%(where)s) at every sign-in.")
            % {"nick": user.nick, "where": user.get_auth_type_display()},
            code="USER-7",
            remedy=_("Change their groups there, or the external names of roles here. Switch the account "
                     "off to keep them out at once."),
        )  # fmt: skip


def _require_same_nick(user: User, nick: Any) -> None:
    if nick is not None and str(nick) != user.nick:
        raise Conflict(
            _("%(nick)s keeps this name to sign in with.") % {"nick": user.nick},
            code="USER 10",
            remedy=_("Make another user instead."),
        )


def _changes_way_in(user: User, fields: dict[str, Any]) -> bool:
    """Whether the password changes, or the address that a new password is sent to."""
    return bool(fields.get("password")) or fields.get("email") not in (None, user.email)


def _change_password(actor: User, user: User, fields: dict[str, Any]) -> None:
    if user.auth_type != AuthType.LOCAL:
        raise Conflict(
            _("The password of %(nick)s is kept elsewhere (%(where)s).")
            % {"nick": user.nick, "where": user.get_auth_type_display()},
            code="USER-6",
        )
    check_new_password(user, fields["password"])
    must_change = actor.pk != user.pk and _must_change(actor, fields)
    write_password(user, fields["password"], must_change=must_change)
    withdraws = fields.get("withdraw_credentials")
    if actor.pk != user.pk if withdraws is None else withdraws:
        take_back(actor=actor, user=user)


def _must_change(actor: User | None, fields: dict[str, Any]) -> bool:
    """Whoever was given a password chooses one of their own, unless the giver says otherwise."""
    wanted = fields.get("must_change_password")
    return actor is not None if wanted is None else bool(wanted)


def _restrict(actor: User | None, user: User, fields: dict[str, Any]) -> None:
    write_restriction(actor, user, fields.get("restricted"), fields.get("virtual_datacenters"))


def _write_keys(actor: User | None, user: User, fields: dict[str, Any]) -> None:
    if fields.get("ssh_keys") is not None:
        replace_ssh_keys(actor, user, fields["ssh_keys"])


def _free_nick(nick: Any) -> str:
    text = str(nick or "").strip()
    if not text:
        raise Invalid(_("A user needs a name to sign in with."), code="USER-13")
    if len(text) > NICK_LENGTH or not text.isprintable():
        raise Invalid(_("A user name has at most %(most)s printable characters.") % {"most": NICK_LENGTH})
    if User.objects.filter(nick=text).exists():
        raise Conflict(_("The user name %(nick)s is taken already.") % {"nick": text}, code="USER-4")
    return text
