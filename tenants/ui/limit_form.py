"""The fields of limits in forms: a soft and a hard one for each resource, checked in pairs."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from tenants.limits import RESOURCES, well_formed
from tenants.limits.wording import LABELS


class LimitsForm(forms.Form):
    """One field for each limit of ``resources``. A field that is left empty leaves the limit as it is."""

    resources: tuple[str, ...] = RESOURCES

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for resource in self.resources:
            for strength, word in (("soft", _("soft limit")), ("hard", _("hard limit"))):
                label = format_lazy("{resource}, {strength}", resource=LABELS[resource], strength=word)
                self.fields[f"{resource}_{strength}"] = forms.IntegerField(
                    label=label, min_value=0, required=False
                )

    def clean(self) -> dict[str, Any]:
        """Put what is wrong with a pair beside its soft limit."""
        values = super().clean()
        for resource in self.resources:
            pair = [values.get(f"{resource}_{strength}") for strength in ("soft", "hard")]
            try:
                if None not in pair:
                    well_formed(values, (resource,))
            except Invalid as error:
                self.add_error(f"{resource}_soft", error.message)
        return values
