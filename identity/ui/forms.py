"""Forms of sign-in and of one's own account."""

from typing import Any

from allauth.account.forms import ChangePasswordForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from identity.services.passwords import change_own_password, require_own_change

LOCALES = (("en_US", "English"), ("de_DE", "Deutsch"))
_hint = lazy(password_validators_help_text_html, str)


def withdrawing(*, initial: bool) -> forms.BooleanField:
    """Whether a new password ends what was given out to programs."""
    return forms.BooleanField(
        label=_("Also take back my tokens and what applications may do"),
        required=False,
        initial=initial,
        help_text=_(
            "Choose this if somebody else may have been in the account. Programs have to be let in anew."
        ),
    )


class OwnPasswordForm(ChangePasswordForm):
    """allauth's, with the rule about the least age of a password."""

    withdraw = withdrawing(initial=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Present password")
        self.fields["password1"].label, self.fields["password1"].help_text = _("New password"), _hint()
        self.fields["password2"].label = _("The same again")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        try:
            require_own_change(user=self.user)
        except DomainError as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from None
        return values

    def save(self) -> None:
        values = self.cleaned_data
        change_own_password(user=self.user, password=values["password1"], withdraw=values["withdraw"])


class RecoverForm(forms.Form):
    """Who wants a new password."""

    name = forms.CharField(
        label=_("User name or e-mail"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )


class NewPasswordForm(forms.Form):
    """A new password for whom a link was sent to. Whether it may be taken is the service's to say."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        help_text=_hint(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The same again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    withdraw = withdrawing(initial=True)

    def clean_again(self) -> str:
        if self.cleaned_data["again"] != self.cleaned_data.get("password"):
            raise forms.ValidationError(_("This is not the same password."))
        return self.cleaned_data["again"]


class MailCodeForm(forms.Form):
    """A code that came by mail, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=16,
        help_text=_("The code from the mail is good for one minute. A recovery code works as well."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class ProfileForm(forms.Form):
    """What people may change of themselves."""

    name = forms.CharField(label=_("First name"), max_length=128, required=False)
    surname = forms.CharField(label=_("Surname"), max_length=128, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    locale = forms.ChoiceField(
        label=_("Language"),
        choices=LOCALES,
        help_text=_("Mails to you are written in it. These pages are in English so far."),
    )


class PolicyForm(forms.Form):
    """The installation's policy; the service says what is sensible."""

    min_length = forms.IntegerField(label=_("Least length"), min_value=1, max_value=128)
    min_classes = forms.IntegerField(
        label=_("Kinds of characters"),
        min_value=0,
        max_value=5,
        help_text=_("Of five: capital letters, small letters, digits, symbols, others."),
    )
    forbid_names = forms.BooleanField(label=_("May not contain names of the user"), required=False)
    history = forms.IntegerField(
        label=_("Former passwords refused"),
        min_value=0,
        max_value=100,
        help_text=_("Each one is compared slowly on purpose: many make changing a password slow."),
    )
    max_age_days = forms.IntegerField(
        label=_("Greatest age in days"), min_value=0, max_value=3650, help_text=_("0: passwords don't age.")
    )
    min_age_days = forms.IntegerField(
        label=_("Least age in days"),
        min_value=0,
        max_value=365,
        help_text=_("0: may be changed at any time."),
    )
    lock_after = forms.IntegerField(
        label=_("Wrong passwords before an account is locked"), min_value=0, max_value=100,
        help_text=_("0: accounts are never locked."),
    )  # fmt: skip
    lock_minutes = forms.IntegerField(label=_("Minutes an account stays locked"), min_value=1, max_value=1440)
    reset_by_mail = forms.BooleanField(label=_("People may get a new password by mail"), required=False)
    max_sessions = forms.IntegerField(
        label=_("Sessions per user"), min_value=0, max_value=1000, help_text=_("0: as many as they like.")
    )
    too_many_sessions = forms.ChoiceField(
        label=_("Who signs in once more"),
        choices=(
            ("END_OLDEST", _("Their oldest session ends")),
            ("WARN", _("They are warned and end the oldest themselves")),
        ),
    )
    idle_minutes = forms.IntegerField(
        label=_("Minutes until an idle session ends"), min_value=1, max_value=1440
    )
    session_hours = forms.IntegerField(label=_("Hours until any session ends"), min_value=1, max_value=720)


def password_problem(form: forms.Form, error: DomainError) -> None:
    """Show why a password was refused beside its field."""
    for reason in error.reasons:
        form.add_error("password", f"{reason.message} {reason.remedy}".strip())


__all__ = [
    "MailCodeForm",
    "NewPasswordForm",
    "OwnPasswordForm",
    "PolicyForm",
    "ProfileForm",
    "RecoverForm",
    "password_problem",
]
