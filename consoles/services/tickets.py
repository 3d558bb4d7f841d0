"""One-time tickets: bound to user, machine and browser session, valid for half a minute."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compute.models import VirtualMachine
from compute.states import ACTIONS, decide
from consoles.endings import ConsoleEnded, Ending
from consoles.models import ConsoleSession, ConsoleTicket
from core.errors import Conflict, NotFound, PermissionRefused
from events.services import record_event
from tenants.models import User

VALIDITY = timedelta(seconds=30)
KEPT = timedelta(hours=1)


@transaction.atomic
def issue_ticket(*, actor: User, virtual_machine: VirtualMachine, session_key: str) -> str:
    """A token that opens the machine's console once, for this user in this browser session, within 30 s.

    Raises NotFound, PermissionRefused, Conflict.
    """
    machine = VirtualMachine.objects.visible_to(actor).filter(pk=virtual_machine.pk).first()
    if machine is None:
        raise NotFound(_("There is no such machine."))
    # An operation that is running does not hide the screen: that is when one wants to look.
    decision = decide(ACTIONS["console"], state=machine.state, locked=False, actor=actor, machine=machine)
    if not decision:
        refusal = PermissionRefused if decision.by_right else Conflict
        raise refusal(decision.reason.message, code=decision.reason.code, remedy=decision.reason.remedy)
    now = timezone.now()
    ConsoleTicket.objects.filter(expires_at__lt=now - KEPT).delete()
    token = secrets.token_urlsafe(32)
    ConsoleTicket.objects.create(
        user=actor,
        virtual_machine=machine,
        token_hash=hashed(token),
        session_hash=hashed(session_key),
        expires_at=now + VALIDITY,
    )
    record_event(kind="virtual_machine.console_opened", subject=machine, actor=actor)
    return token


def redeem(*, token: str, user: User, session_key: str, virtual_machine_id: int) -> ConsoleSession:
    """Use the ticket up and open a session. Raises ConsoleEnded.

    A ticket that comes from the wrong hands is used up as well: it has leaked.
    """
    now = timezone.now()
    ticket = ConsoleTicket.objects.filter(token_hash=hashed(token)).first()
    if ticket is None:
        raise ConsoleEnded(Ending.TICKET_REFUSED)
    # One UPDATE decides: of two who come at the same moment, only one changes the row.
    if not ConsoleTicket.objects.filter(pk=ticket.pk, used_at=None).update(used_at=now):
        raise ConsoleEnded(Ending.TICKET_REFUSED, _("This console ticket was used before."))
    if ticket.expires_at <= now:
        raise ConsoleEnded(Ending.TICKET_REFUSED, _("This console ticket has expired."))
    wanted = (user.pk, hashed(session_key), virtual_machine_id)
    if (ticket.user_id, ticket.session_hash, ticket.virtual_machine_id) != wanted:
        raise ConsoleEnded(Ending.TICKET_REFUSED, _("This console ticket was issued to somebody else."))
    return ConsoleSession.objects.create(
        user=user,
        virtual_machine_id=virtual_machine_id,
        session_hash=ticket.session_hash,
        last_seen_at=now,
    )


def hashed(secret: str) -> str:
    """What is kept of a token or a session key. They are long and random, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
