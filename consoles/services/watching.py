"""Whether an open console may stay open: asked every few seconds, and whenever somebody says "look again"."""

from django.utils import timezone

from compute.models import VirtualMachine
from compute.states import ACTIONS
from consoles.endings import ConsoleEnded, Ending
from consoles.models import ConsoleSession
from core.sessions import is_signed_in
from tenants.access import may
from tenants.models import User
from tenants.networks import network_refusal

_CONSOLE = ACTIONS["console"]


def renew(*, session: ConsoleSession, session_key: str, address: str | None) -> None:
    """Note that the console is in use, from this address. Raises ConsoleEnded when it must end, with the
    cause."""
    must_end = ConsoleSession.objects.filter(pk=session.pk).values_list("must_end", flat=True).first()
    if must_end is not None:
        raise ConsoleEnded(Ending(must_end))
    user = User.objects.actor(session.user_id)
    if user is None or not is_signed_in(user, session_key):
        raise ConsoleEnded(Ending.LOGGED_OUT)
    refusal = network_refusal(user, address)
    if refusal is not None:
        raise ConsoleEnded(Ending.RIGHT_LOST, refusal.message)
    machine = (
        VirtualMachine.objects.visible_to(user).filter(pk=session.virtual_machine_id).only("state").first()
    )
    if machine is None:
        raise ConsoleEnded(Ending.MACHINE_GONE)
    decision = may(user, _CONSOLE.privilege)
    if not decision:
        raise ConsoleEnded(Ending.RIGHT_LOST, decision.reason.message)
    if machine.state not in _CONSOLE.from_states:
        raise ConsoleEnded(Ending.MACHINE_NOT_RUNNING)
    ConsoleSession.objects.filter(pk=session.pk).update(last_seen_at=timezone.now())
