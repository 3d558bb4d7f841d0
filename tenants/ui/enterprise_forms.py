"""Forms about enterprises. They check shape; whether something may be done is decided by services."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Invalid
from tenants.access import may
from tenants.models import Enterprise, Scope
from tenants.services.enterprises import MARKS

MARK_WORDS = {
    "is_reseller": (
        gettext_lazy("Reseller"),
        gettext_lazy(
            "Sells to the enterprises beneath it in the tree: its mail server and theme are theirs."
        ),
    ),
    "is_key_node": (
        gettext_lazy("Key node"),
        gettext_lazy("Usage and bills of the enterprises beneath it are added up here."),
    ),
}


class EnterpriseForm(forms.Form):
    """Name, place in the tree, marks and rules. Marks are shown to who may set them."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=128)
    default_scope = forms.ModelChoiceField(
        Scope.objects.none(),
        label=gettext_lazy("Place in the tree"),
        required=False,
        empty_label=gettext_lazy("The scope of whoever creates it"),
        help_text=gettext_lazy("Its default scope. The next reseller and key node upwards are its own."),
    )
    two_factor_required = forms.BooleanField(label=gettext_lazy("Users need a second factor"), required=False)
    requires_approval = forms.BooleanField(
        label=gettext_lazy("What its users start waits for approval"), required=False
    )
    reservation_restricted = forms.BooleanField(
        label=gettext_lazy("Only hosts reserved for it"),
        required=False,
        help_text=gettext_lazy("Its machines run on hosts that are reserved for it, and nowhere else."),
    )

    def __init__(self, *args: Any, actor: Any, enterprise: Enterprise | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        place = self.fields["default_scope"]
        place.queryset = Scope.objects.visible_to(actor)
        if enterprise is not None and enterprise.default_scope_id:
            place.empty_label = None
            if not place.queryset.filter(pk=enterprise.default_scope_id).exists():
                del self.fields["default_scope"]
        for mark, privilege in MARKS.items():
            label, words = MARK_WORDS[mark]
            decision = may(actor, privilege)
            self.fields[mark] = forms.BooleanField(
                label=label,
                required=False,
                disabled=not decision,
                help_text=words if decision else decision.reason.message,
            )


def initial_of(enterprise: Enterprise) -> dict[str, Any]:
    """What the form shows of an enterprise at first."""
    names = ("name", "two_factor_required", "requires_approval", "reservation_restricted", *MARKS)
    return {name: getattr(enterprise, name) for name in names} | {
        "default_scope": enterprise.default_scope_id
    }


def lines_of(properties: dict[str, str]) -> str:
    """Properties as they are typed: one to a line, ``name = value``."""
    return "\n".join(f"{key} = {value}" for key, value in sorted(properties.items()))


def properties_of(typed: str) -> dict[str, str]:
    """The other way round. Raises Invalid (ENPROP-2, ENPROP-5) with the line that is wrong."""
    found: dict[str, str] = {}
    for number, line in enumerate(typed.splitlines(), start=1):
        key, equals, value = (part.strip() for part in line.partition("="))
        if not line.strip():
            continue
        if not equals:
            raise Invalid(
                _("Line %(number)s is no property. Write it like name = value.") % {"number": number},
                code="ENPROP-5",
            )
        if key in found:
            raise Invalid(
                _("The property %(key)s stands there twice, the second time in line %(number)s.")
                % {"key": key, "number": number},
                code="ENPROP-2",
            )
        found[key] = value
    return found
