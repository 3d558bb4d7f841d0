"""What holds for everything somebody gives out to programs: its name, and how many there may be."""

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


def require_room(actor: Any, model: type[Application] | type[PersonalToken]) -> None:
    """Raise Conflict when somebody has very many of them already."""
    held = model.objects.filter(user_id=actor.pk).count()
    if held >= MOST_EACH:
        raise Conflict(
            _("You have %(held)s of them, and nobody may have more than %(most)s.")
            % {"held": held, "most": MOST_EACH},
            remedy=_("Take back those that are not used any more."),
        )
