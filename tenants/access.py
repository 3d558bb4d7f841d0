"""The one place that decides whether somebody may do something, and says why not."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.errors import PermissionRefused, Reason


@dataclass(frozen=True)
class Decision:
    allowed: bool
    reason: Reason | None = None

    def __bool__(self) -> bool:
        return self.allowed


def may(actor, privilege: str) -> Decision:
    """Whether the actor's role grants the privilege. Visibility of the object is the queryset's business."""
    if not actor.is_active:
        return Decision(False, Reason("USER_INACTIVE", _("This account is switched off.")))
    if privilege in actor.privileges:
        return Decision(True)
    return Decision(
        False,
        Reason(
            "PRIVILEGE_MISSING",
            _("Your role %(role)s lacks the privilege %(privilege)s.")
            % {"role": actor.role.name, "privilege": privilege},
            remedy=_("Ask an administrator of %(enterprise)s.") % {"enterprise": actor.enterprise.name},
        ),
    )


def require(actor, privilege: str) -> None:
    """Raise PermissionRefused with the reason unless the actor may."""
    decision = may(actor, privilege)
    if not decision:
        raise PermissionRefused(
            decision.reason.message, remedy=decision.reason.remedy, reasons=(decision.reason,)
        )
