"""Setting up mail servers, and trying whether they work."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branding.services import look_of
from core.errors import Conflict, Invalid, NotFound
from core.sealing import CannotUnseal, seal
from events.services import record_event
from notifications.composing import composed
from notifications.languages import language_of
from notifications.models import MailMessage, MailServer, Security
from notifications.querysets import MANAGE_MAIL
from notifications.rendering import written
from notifications.services.servers import PASSWORD_PURPOSE, route_to
from notifications.services.writing import new_message
from notifications.smtp import Undelivered, transmit
from tenants.access import require
from tenants.models import Enterprise, User

PLAIN_FIELDS = ("host", "port", "security", "username", "from_address", "from_name")
TRIAL_SECONDS = 20.0
MOST_PORT = 65535
WORDS = {
    "host": gettext_lazy("host"),
    "port": gettext_lazy("port"),
    "username": gettext_lazy("user name"),
    "password": gettext_lazy("password"),
    "from_address": gettext_lazy("sender's address"),
    "from_name": gettext_lazy("sender's name"),
}


@dataclass(frozen=True)
class Trial:
    """How trying a server went, and what was said."""

    worked: bool
    said: str


@transaction.atomic
def set_mail_server(*, actor: User, enterprise: Enterprise, **fields: Any) -> MailServer:
    """Set up or change the server: ``host``, ``port``, ``security``, ``username``, ``password``,
    ``from_address``, ``from_name``. What is not given stays; an empty ``password`` keeps the old one,
    but for another host or user name it must be entered again, or it could be sent to anybody.

    Raises Conflict ENTERPRISE-28 for an enterprise that is neither reseller nor provider, Invalid
    ENTERPRISE-29 when something is missing, Invalid for a wrong value.
    """
    _require_manageable(actor, enterprise)
    if not (enterprise.is_reseller or enterprise.is_provider):
        raise Conflict(
            _("%(name)s can't have a mail server: only resellers and the provider can.")
            % {"name": enterprise.name},
            code="ENTERPRISE-28",
            remedy=_("Make it a reseller first."),
        )
    server = MailServer.objects.select_for_update().filter(enterprise=enterprise).first()
    server = server or MailServer(enterprise=enterprise)
    before = {name: getattr(server, name) for name in PLAIN_FIELDS} if server.pk else {}
    for name in PLAIN_FIELDS:
        if fields.get(name) is not None:
            setattr(server, name, fields[name])
    _take_password(server, before, str(fields.get("password") or ""))
    _check(server)
    server.save()
    changes = {name: [before.get(name), getattr(server, name)] for name in PLAIN_FIELDS}
    record_event(
        kind="mail_server.changed" if before else "mail_server.created",
        subject=server,
        actor=actor,
        changes={name: pair for name, pair in changes.items() if pair[0] != pair[1]},
        data={"new_password": bool(fields.get("password"))},
    )
    return server


@transaction.atomic
def remove_mail_server(*, actor: User, enterprise: Enterprise) -> None:
    """Send the mails of the enterprise and those beneath it by the next server upwards again."""
    _require_manageable(actor, enterprise)
    server = _server_of(enterprise)
    record_event(kind="mail_server.deleted", subject=server, actor=actor)
    server.delete()


def try_mail_server(*, actor: User, enterprise: Enterprise) -> Trial:
    """Send a mail to the actor themselves, now, past the outbox, and tell what the server said.

    Raises Conflict MAIL-2 when the actor has no address.
    """
    _require_manageable(actor, enterprise)
    server = _server_of(enterprise)
    if not actor.email:
        raise Conflict(
            _("You have no e-mail address, and the test goes to you."),
            code="MAIL-2",
            remedy=_("Enter one in your account."),
        )
    context = {"server": str(server), "tester": actor.full_name}
    look = look_of(enterprise.pk)
    subject, body = written(
        template="test", context=context, name=actor.full_name, look=look, language=language_of(actor)
    )
    message = new_message(template="test", recipient=actor.email, subject=subject)
    trial = _tried(server, message, body)
    _record_trial(actor, server, trial)
    return trial


def _tried(server: MailServer, message: MailMessage, body: Any) -> Trial:
    try:
        route = route_to(server)
        data = composed(message, body, route)
        return Trial(True, transmit(route, to=message.recipient, data=data, deadline_seconds=TRIAL_SECONDS))
    except (Undelivered, CannotUnseal) as error:
        return Trial(False, str(error))


@transaction.atomic
def _record_trial(actor: User, server: MailServer, trial: Trial) -> None:
    record_event(kind="mail_server.tried", subject=server, actor=actor, data={"worked": trial.worked})


def _require_manageable(actor: User, enterprise: Enterprise) -> None:
    if not Enterprise.objects.visible_to(actor).filter(pk=enterprise.pk).exists():
        raise NotFound(_("There is no such enterprise."), code="EN-0")
    require(actor, MANAGE_MAIL)


def _server_of(enterprise: Enterprise) -> MailServer:
    server = MailServer.objects.filter(enterprise=enterprise).select_related("enterprise").first()
    if server is None:
        raise NotFound(_("%(name)s has no mail server.") % {"name": enterprise.name})
    return server


def _take_password(server: MailServer, before: dict[str, Any], password: str) -> None:
    if password:
        server.sealed_password = seal(password, purpose=PASSWORD_PURPOSE)
    elif before and any(before[name] != getattr(server, name) for name in ("host", "port", "username")):
        # Whoever may change the host would otherwise learn a password they were never told.
        server.sealed_password = ""
    if not server.username:
        server.sealed_password = ""


def _check(server: MailServer) -> None:
    required = ["host", "port", "from_address"]
    if server.enterprise.is_reseller and not server.enterprise.is_provider:
        required += ["username", "from_name"]
    missing = [name for name in required if not getattr(server, name)]
    if server.username and not server.sealed_password:
        missing.append("password")
    if missing:
        words = ", ".join(str(WORDS[name]) for name in missing)
        raise Invalid(_("A mail server also needs: %(missing)s.") % {"missing": words}, code="ENTERPRISE-29")
    if not 0 < server.port <= MOST_PORT:
        raise Invalid(_("A port is a number from 1 to %(most)s.") % {"most": MOST_PORT})
    if server.security not in Security.values:
        raise Invalid(_("Security is one of: %(kinds)s.") % {"kinds": ", ".join(Security.values)})
    within = server.enterprise.is_provider or settings.ATRIUM_MAIL_PRIVATE_HOSTS
    if server.security == Security.NONE and server.username and not within:
        raise Invalid(_("A password is not sent without encryption."), remedy=_("Choose STARTTLS or TLS."))
    _check_sender(server)


def _check_sender(server: MailServer) -> None:
    try:
        validate_email(server.from_address)
    except ValidationError:
        raise Invalid(
            _("%(address)s is not an e-mail address.") % {"address": server.from_address}, code="MAIL-3"
        ) from None
    if any(not letter.isprintable() for letter in f"{server.host}{server.username}{server.from_name}"):
        raise Invalid(_("Host, user name and sender's name are one line of printable letters."))
