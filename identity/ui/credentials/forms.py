"""Forms of tokens and applications."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from identity.models.credentials import DESCRIPTION_MOST, NAME_MOST
from identity.services.personal_tokens import USUAL_DAYS
from tenants.ui.privilege_groups import groups_of

EVERYTHING, LOOKING, CHOSEN = "everything", "looking", "chosen"
LIFETIMES = (
    (7, _("7 days")),
    (30, _("30 days")),
    (USUAL_DAYS, _("90 days")),
    (180, _("180 days")),
    (365, _("a year")),
)


class Bounded(forms.Form):
    """How much of one's rights a program gets; ``privileges`` counts only when the extent says so."""

    extent = forms.ChoiceField(
        label=_("May do"),
        choices=(
            (EVERYTHING, _("everything I may")),
            (CHOSEN, _("only what these privileges allow")),
        ),
    )
    privileges = forms.MultipleChoiceField(
        label=_("Privileges"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("Counts for the last choice. Never more than your role holds when it is used."),
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        groups = groups_of(actor, set(actor.privileges), only_held=True)
        self.fields["privileges"].choices = [
            (group.name, [(line.name, line.title) for line in group.lines]) for group in groups
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("extent") == CHOSEN and not values.get("privileges"):
            self.add_error("privileges", _("Choose at least one, or another extent."))
        return values

    @property
    def bounds(self) -> list[str] | None:
        """The privileges chosen; None for all of one's own."""
        return self.cleaned_data["privileges"] if self.cleaned_data["extent"] == CHOSEN else None


class TokenForm(Bounded):
    """A personal access token."""

    name = forms.CharField(
        label=_("Name"), max_length=NAME_MOST, help_text=_("What uses it, for example: nightly report.")
    )
    days = forms.TypedChoiceField(label=_("Valid for"), choices=LIFETIMES, coerce=int, initial=USUAL_DAYS)
    field_order = ("name", "days", "extent", "privileges")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        everything, chosen = self.fields["extent"].choices
        looking = (LOOKING, _("look at everything I see, change nothing"))
        self.fields["extent"].choices = (everything, looking, chosen)


class ApplicationForm(Bounded):
    """A program that signs its calls by OAuth 1.0a."""

    field_order = ("name", "description", "extent", "privileges")

    name = forms.CharField(
        label=_("Name"), max_length=NAME_MOST, help_text=_("You are asked by this name whether it may act.")
    )
    description = forms.CharField(label=_("Description"), max_length=DESCRIPTION_MOST, required=False)
