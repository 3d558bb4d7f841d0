"""The form of a mail server: shapes only; what is needed and allowed is decided by the service."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import MailServer, Security

SECURITIES = (
    (Security.STARTTLS.value, _("STARTTLS (usual, port 587)")),
    (Security.TLS.value, _("TLS from the start (port 465)")),
    (Security.NONE.value, _("None: readable on the way (port 25)")),
)


class ServerForm(forms.Form):
    """The password is never shown; an empty one keeps what is set."""

    host = forms.CharField(label=_("Host"), max_length=253)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535)
    security = forms.ChoiceField(label=_("Encryption"), choices=SECURITIES)
    username = forms.CharField(label=_("User name"), max_length=190, required=False)
    password = forms.CharField(
        label=_("Password"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    from_address = forms.EmailField(label=_("Sender's address"))
    from_name = forms.CharField(label=_("Sender's name"), max_length=80, required=False)

    def __init__(self, *args: Any, server: MailServer | None, **kwargs: Any):
        shown = (
            {name: getattr(server, name) for name in self.base_fields if name != "password"} if server else {}
        )
        super().__init__(*args, initial=shown or {"port": 587}, **kwargs)
        if server and server.sealed_password:
            self.fields["password"].help_text = _(
                "One is set. Leave this empty to keep it; with another host or user name enter it again."
            )
