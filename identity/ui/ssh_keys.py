"""My SSH keys, which the guests of my machines let in."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError, NotFound
from core.ui.faults import fault_of
from core.ui.pages import Page
from identity.ui.asking import AskedFirst, Question
from identity.ui.tabs import tabs_for
from tenants.models import SshKey
from tenants.services import add_ssh_key, remove_ssh_key


class KeyForm(forms.Form):
    """A key as it stands in a file ending in .pub."""

    text = forms.CharField(
        label=gettext_lazy("Public key"), max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off",
                                     "class": "mono", "placeholder": "ssh-ed25519 AAAA… you@laptop"}),
        help_text=gettext_lazy("The one line of the file ending in .pub, for example ~/.ssh/id_ed25519.pub."),
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=64, required=False,
        help_text=gettext_lazy("Left empty it is called as the comment behind the key says."),
    )  # fmt: skip


class SshKeys(Page):
    failed_to = gettext_lazy("The key was not added")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(request, KeyForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = KeyForm(request.POST)
        if not form.is_valid():
            return self._show(request, form)
        try:
            add_ssh_key(actor=request.user, **form.cleaned_data)
        except DomainError as error:
            return self._show(request, form, fault_of(error, request, what=str(self.failed_to)))
        return redirect("identity:ssh_keys")

    @staticmethod
    def _show(request: HttpRequest, form: KeyForm, error: dict[str, Any] | None = None) -> HttpResponse:
        context = {"keys": _own(request), "form": form, "error": error, "tabs": tabs_for(request)}
        return render(request, "identity/ssh_keys.html", context, status=409 if error or form.errors else 200)


class RemoveSshKey(AskedFirst):
    failed_to = gettext_lazy("The key was not removed")
    back = "identity:ssh_keys"

    def question(self, ssh_key_id: int) -> Question:
        key = _own(self.request).filter(pk=ssh_key_id).first()
        if key is None:
            raise NotFound(_("You have no such key."))
        return Question(
            _("Remove %(name)s?") % {"name": key.name},
            _("Guests that are set up from now on do not get it. Those that were given it keep it."),
            _("Remove the key"),
        )

    def act(self, ssh_key_id: int) -> None:
        remove_ssh_key(actor=self.request.user, key_id=ssh_key_id)


def _own(request: HttpRequest):
    return SshKey.objects.visible_to(request.user).filter(user_id=request.user.pk)
