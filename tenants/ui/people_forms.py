"""Forms about users and roles. They check shape; whether something may be done is decided by services."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tenants.access import may
from tenants.models import AuthType, Enterprise, Role, Scope, User
from tenants.services.role_parts import MANAGE_NETWORKS as ROLE_NETWORKS
from tenants.services.user_parts import MANAGE_NETWORKS as USER_NETWORKS
from tenants.virtual_datacenters import virtual_datacenters

MOST_NETWORKS = 2000


class Lines(forms.CharField):
    """A list, typed one to a line."""

    def __init__(self, **options: Any):
        widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})
        super().__init__(required=False, widget=widget, max_length=MOST_NETWORKS, **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        if isinstance(value, list):
            return value
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]

    def run_validators(self, value: Any) -> None:
        super().run_validators("\n".join(value))


class NameWithEnterprise(forms.ModelChoiceField):
    """Roles by name; those of one enterprise with its name."""

    def label_from_instance(self, obj: Role) -> str:
        return f"{obj.name} · {obj.enterprise.name}" if obj.enterprise_id else obj.name


class RoleForm(forms.Form):
    """Everything of a role but its privileges, which the editor shows in groups."""

    name = forms.CharField(label=_("Name"), max_length=40)
    enterprise = forms.ModelChoiceField(
        Enterprise.objects.none(),
        label=_("Enterprise"),
        required=False,
        empty_label=_("Global: for every enterprise"),
        help_text=_("Users of other enterprises can't get the role."),
    )
    external_names = Lines(
        label=_("Names in directories"),
        help_text=_("What LDAP groups or identity providers call this role, one to a line."),
    )
    allowed_networks = Lines(
        label=_("Allowed networks"),
        help_text=_("Like 192.0.2.0/24, one to a line. Empty: its users may come from anywhere."),
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["enterprise"].queryset = Enterprise.objects.visible_to(actor)
        gate(self.fields["allowed_networks"], may(actor, ROLE_NETWORKS))


class UserForm(forms.Form):
    """A user. ``user`` None: a new one of ``enterprise``."""

    nick = forms.CharField(label=_("User name"), max_length=128, help_text=_("To sign in with. It stays."))
    name = forms.CharField(label=_("First name"), max_length=128, required=False)
    surname = forms.CharField(label=_("Surname"), max_length=128, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    description = forms.CharField(label=_("Description"), max_length=255, required=False)
    role = NameWithEnterprise(
        Role.objects.none(),
        label=_("Role"),
        empty_label=_("Choose…"),
        help_text=_("Roles that hold more than you do are left out."),
    )
    scope = forms.ModelChoiceField(
        Scope.objects.none(),
        label=_("Scope"),
        required=False,
        empty_label=_("None: sees the own enterprise"),
        help_text=_("How far administrators see. It counts with privileges over other enterprises."),
    )
    password = forms.CharField(
        label=_("Password"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    must_change_password = forms.BooleanField(
        label=_("To be changed at the next sign-in"), required=False, initial=True
    )
    withdraw_credentials = forms.BooleanField(
        label=_("A new password also takes back tokens and what applications may do"),
        required=False,
        initial=True,
        help_text=_("Programs that act for this user then have to be let in anew."),
    )
    is_active = forms.BooleanField(label=_("May sign in"), required=False, initial=True)
    restricted = forms.BooleanField(
        label=_("Restricted to some virtual datacenters"),
        required=False,
        help_text=_("Sees and uses only those chosen below."),
    )
    virtual_datacenters = forms.ModelMultipleChoiceField(
        None, label=_("Open virtual datacenters"), required=False, widget=forms.CheckboxSelectMultiple
    )
    allowed_networks = Lines(
        label=_("Allowed networks"),
        help_text=_("Like 192.0.2.0/24, one to a line. Empty: from anywhere."),
    )

    def __init__(
        self, *args: Any, actor: Any, enterprise: Enterprise, user: User | None = None, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        kept = user.role_id if user else None
        self.fields["role"].queryset = assignable_roles(actor, enterprise, kept)
        self.fields["scope"].queryset = Scope.objects.visible_to(actor)
        places = virtual_datacenters(actor).filter(enterprise=enterprise)
        self.fields["virtual_datacenters"].queryset = places
        if not places.exists():
            del self.fields["virtual_datacenters"]
        gate(self.fields["allowed_networks"], may(actor, USER_NETWORKS))
        self._fit(user)

    def _fit(self, user: User | None) -> None:
        """A new user needs a password; an existing one keeps the name to sign in with."""
        if user is None:
            self.fields["password"].required = True
            del self.fields["withdraw_credentials"]
            return
        self.fields["nick"].disabled = True
        self.fields["password"].label = _("New password")
        self.fields["password"].help_text = _("Empty: it stays as it is.")
        if user.auth_type != AuthType.LOCAL:
            for name in ("password", "must_change_password", "withdraw_credentials"):
                del self.fields[name]
            self.fields["role"].disabled = True
            self.fields["role"].help_text = _(
                "It follows from the groups of the user, anew at every sign-in."
            )
        if user.scope_id and not self.fields["scope"].queryset.filter(pk=user.scope_id).exists():
            del self.fields["scope"]


def assignable_roles(actor: Any, enterprise: Enterprise, kept: int | None = None) -> QuerySet:
    """The roles users of the enterprise may get from the actor, and the one that is ``kept``."""
    seen = Role.objects.visible_to(actor).filter(Q(enterprise=None) | Q(enterprise=enterprise))
    found = seen.filter(Q(pk__in=seen.held_by(actor).values("pk")) | Q(pk=kept))
    return found.select_related("enterprise").order_by("name")


def gate(field: forms.Field, decision: Any) -> None:
    """Disable the field with the reason when the actor may not change it."""
    if not decision:
        field.disabled = True
        field.help_text = f"{decision.reason.message} {decision.reason.remedy}".strip()


def initial_of(user: User) -> dict[str, Any]:
    """What the form shows of a user at first."""
    texts = ("nick", "name", "surname", "email", "description", "is_active", "restricted", "allowed_networks")
    return {name: getattr(user, name) for name in texts} | {
        "role": user.role_id,
        "scope": user.scope_id,
        "virtual_datacenters": user.open_virtual_datacenter_ids(),
        "must_change_password": True,
        "withdraw_credentials": True,
    }


def values_of(form: UserForm) -> dict[str, Any]:
    """The arguments for the services. Without a new password nothing is said about changing it."""
    values = dict(form.cleaned_data)
    if "virtual_datacenters" in values:
        values["virtual_datacenters"] = [each.pk for each in values["virtual_datacenters"]]
    if not values.get("password"):
        values.pop("must_change_password", None)
        values.pop("withdraw_credentials", None)
    if "scope" in values and values["scope"] is None:
        values["unscoped"] = True
    return values
