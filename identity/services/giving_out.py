"""What holds for everything somebody gives out to programs: its name, its rights, how many there may be."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict, Invalid
from identity.models import Application, PersonalToken
from identity.models.credentials import NAME_MOST

MOST_EACH = 100


def checked_name(name: str) -> str:
    """The name without spaces around it. Raises Invalid (GEN-2)."""
    stripped = str(name or "").strip()
    if not 0 < len(stripped) <= NAME_MOST:
        raise Invalid(_("name: must have 1 to %s characters.") % NAME_MOST)
    return stripped


def held(actor: Any, privileges: Iterable[str] | None) -> list[str] | None:
    """The privileges that something is to be bounded by, sorted; None for no bounds. Raises Invalid for those
    the actor lacks."""
    if privileges is None:
        return None
    missing = sorted(set(privileges) - actor.privileges)
    if missing:
        raise Invalid(
            _("privileges: your role does not hold %s.") % ", ".join(missing),
            remedy=_("What you give out can't have more rights than you."),
        )
    return sorted(set(privileges))


def require_room(actor: Any, model: type[Application] | type[PersonalToken]) -> None:
    """Raise Conflict when somebody has very many of them already."""
    held = model.objects.filter(user_id=actor.pk).count()
    if held >= MOST_EACH:
        raise Conflict(
            _("You have %(held)s of them, and nobody may have more than %(most)s.")
            % {"held": held, "most": MOST_EACH},
            remedy=_("Take back those that are not used any more."),
        )
