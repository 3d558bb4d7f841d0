"""Variables as people type them: one NAME=value on each line."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class VariablesField(forms.CharField):
    """Lines as a mapping."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off", "class": "mono"})

    def __init__(self, **options):
        super().__init__(**{"label": gettext_lazy("Variables"), "required": False} | options)

    def prepare_value(self, value):
        return as_lines(value) if isinstance(value, dict) else value

    def clean(self, value) -> dict[str, str]:
        """A disabled field is given the mapping it was made with."""
        if isinstance(value, dict):
            return value
        found = {}
        for line in filter(str.strip, super().clean(value).splitlines()):
            name, sign, text = line.partition("=")
            if not sign:
                raise forms.ValidationError(
                    _("Each line is NAME=value; this one is not: %(line)s"), params={"line": line}
                )
            found[name.strip()] = text.strip()
        return found

    def has_changed(self, initial, data) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def as_lines(variables: dict[str, str]) -> str:
    return "\n".join(f"{name}={value}" for name, value in variables.items())
