"""What a guest shall be told, as a form: a part of the deploy form, and a page of its own for a machine."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.ui.variables import VariablesField
from compute.guests.naming import checked_fqdn
from compute.guests.user_data import MOST_BYTES, UnusableUserData, checked_user_data
from core.errors import Invalid
from tenants.models import SshKey

ALL, CHOSEN = "all", "chosen"
TICK = {"class": "form-check-input"}
SEES_PEOPLE = "USERS_VIEW"


class GuestForm(forms.Form):
    """``os_type`` bounds the host name; ``owner_id`` is whose SSH keys there are to choose from; ``cards``
    are the machine's, by position and what they are called."""

    fqdn = forms.CharField(
        label=_("Host name"), max_length=300, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false",
                                      "placeholder": "web.example.org"}),
        help_text=_("With its domain where there is one. Left empty it follows from the machine's name."),
    )  # fmt: skip
    which_keys = forms.ChoiceField(
        label=_("SSH keys"), required=False, initial=ALL, widget=forms.RadioSelect(attrs=TICK),
        choices=[(ALL, _("all of the owner, as they are at the deployment")), (CHOSEN, _("only these:"))],
    )  # fmt: skip
    keys = forms.ModelMultipleChoiceField(
        SshKey.objects.none(),
        label=_("Keys"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=TICK),
    )
    user_data = forms.CharField(
        label=_("User data"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off",
                                     "autocapitalize": "off", "class": "mono user-data",
                                     "placeholder": "#cloud-config"}),
        help_text=_("#cloud-config settings in YAML, or a script that begins with #!. It is kept sealed."),
    )  # fmt: skip
    variables = VariablesField(
        help_text=_("One NAME=value on each line. The guest finds them in openstack/latest/vm-variables.rc "
                    "of its CD-ROM, together with those of the image."),
    )  # fmt: skip
    static_addresses = forms.BooleanField(
        label=_("Tell the guest its addresses on the CD-ROM"), required=False,
        help_text=_("For guests that do not ask for theirs by DHCP."),
    )  # fmt: skip

    dhcp_cards = forms.TypedMultipleChoiceField(
        label=_("Cards that ask by DHCP all the same"), required=False, coerce=int,
        widget=forms.CheckboxSelectMultiple(attrs=TICK),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        actor: Any,
        owner_id: int | None,
        os_type: str = "",
        cards: Sequence[tuple[int, str]] = (),
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.fields["dhcp_cards"].choices = cards
        if len(cards) <= 1:
            del self.fields["dhcp_cards"]
        self.os_type = os_type
        if owner_id == actor.pk or SEES_PEOPLE in actor.privileges:
            self.fields["keys"].queryset = SshKey.objects.visible_to(actor).filter(user_id=owner_id)
        else:
            # Whoever does not see the owner's keys leaves them as they are.
            del self.fields["keys"], self.fields["which_keys"]
        self.fields["user_data"].widget.attrs["data-most-bytes"] = MOST_BYTES

    def clean_fqdn(self) -> str:
        try:
            return checked_fqdn(self.cleaned_data["fqdn"], os_type=self.os_type)
        except Invalid as error:
            raise forms.ValidationError(f"{error.message} {error.remedy}") from None

    def clean_user_data(self) -> str:
        text = self.cleaned_data["user_data"].replace("\r\n", "\n")
        if not text.strip():
            return ""
        try:
            checked_user_data(text)
        except UnusableUserData as error:
            raise forms.ValidationError(f"{error.problem} {error.remedy}") from None
        return text

    @property
    def arguments(self) -> dict[str, Any]:
        """What the services are given."""
        values = dict(self.cleaned_data)
        if "keys" in values:
            chosen = [key.pk for key in values.pop("keys")]
            values["keys"] = chosen if values.pop("which_keys") == CHOSEN else None
        return values
