"""Enterprises, users and roles in the back office."""

from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget

from core.ui.back_office import ServiceAdmin
from tenants import services
from tenants.limits import RESOURCES
from tenants.limits.wording import LABELS as LIMIT_LABELS
from tenants.models import Enterprise, Role, User
from tenants.privilege_words import title_of

LIMIT_ROWS = tuple((f"{resource}_soft", f"{resource}_hard") for resource in RESOURCES)
LABELS = {
    f"{resource}_{strength}": format_lazy("{word}, {strength}", word=word, strength=strength_word)
    for resource, word in LIMIT_LABELS.items()
    for strength, strength_word in (("soft", _("soft limit")), ("hard", _("hard limit")))
}
SHOWN_LIMITS = ("vcpus", "memory_mib", "disk_mib", "machines")
SHORT_LABELS = {
    resource: format_lazy("{word}, {hard}", word=LIMIT_LABELS[resource], hard=_("hard"))
    for resource in SHOWN_LIMITS
}


def column(name: str, label: Any) -> Callable[[Any], Any]:
    """A column of a list that is called what people call it."""

    @admin.display(description=label, ordering=name)
    def shown(row: Any) -> Any:
        return getattr(row, name)

    return shown


admin.site.unregister(Group)
admin.site.unregister(EmailAddress)


@admin.register(Enterprise)
class EnterpriseAdmin(ServiceAdmin):
    creates = changes = removes = True
    labels = LABELS | {"reservation_restricted": _("Only hosts reserved for it")}
    list_display = (
        "name",
        *(column(f"{resource}_hard", SHORT_LABELS[resource]) for resource in SHOWN_LIMITS),
    )
    search_fields = ("name",)
    fieldsets = (
        (None, {"fields": ("name", "reservation_restricted")}),
        (
            _("Allocation limits"),
            {
                "fields": LIMIT_ROWS,
                "description": _("0 is no limit. A soft limit is at most as high as the hard one."),
            },
        ),
    )

    def create_by_service(self, request: HttpRequest, values: dict[str, Any]) -> Enterprise:
        return services.create_enterprise(actor=request.user, **values)

    def change_by_service(self, request: HttpRequest, row: Enterprise, values: dict[str, Any]) -> Enterprise:
        return services.update_enterprise(actor=request.user, enterprise=row, **values)

    def remove_by_service(self, request: HttpRequest, row: Enterprise) -> None:
        services.delete_enterprise(actor=request.user, enterprise=row)


class UserForm(forms.ModelForm):
    """A new password may be given; the present one is never shown."""

    password = forms.CharField(
        label=_("New password"),
        required=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = User
        fields = (
            "nick",
            "name",
            "surname",
            "email",
            "description",
            "enterprise",
            "role",
            "scope",
            "is_active",
            "must_change_password",
        )

    def clean_password(self) -> str:
        password = self.cleaned_data.get("password", "")
        if self.instance.pk is None and not password:
            raise forms.ValidationError(_("A new user needs a password."))
        return password


@admin.register(User)
class UserAdmin(ServiceAdmin):
    creates = changes = removes = True
    form = UserForm
    list_display = ("nick", "full_name", "enterprise", "role", "scope", "is_active", "last_login")
    list_filter = ("role", "is_active", "enterprise")
    list_select_related = ("enterprise", "role", "scope")
    search_fields = ("nick", "name", "surname", "email")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "nick",
                    ("password", "must_change_password"),
                    ("name", "surname"),
                    "email",
                    "description",
                )
            },
        ),
        (_("Rights"), {"fields": ("enterprise", "role", "scope", "is_active")}),
    )

    def get_readonly_fields(self, request, obj=None) -> tuple[str, ...]:
        return ("nick", "enterprise") if obj else ()

    def create_by_service(self, request: HttpRequest, values: dict[str, Any]) -> User:
        return services.create_user(actor=request.user, **values)

    def change_by_service(self, request: HttpRequest, row: User, values: dict[str, Any]) -> User:
        unscoped = "scope" in values and values["scope"] is None
        return services.update_user(actor=request.user, user=row, unscoped=unscoped, **values)

    def remove_by_service(self, request: HttpRequest, row: User) -> None:
        services.delete_user(actor=request.user, user=row)


@admin.register(Role)
class RoleAdmin(ServiceAdmin):
    """Roles with their privileges; blocked ones can be looked at."""

    creates = changes = removes = True
    labels = {"allowed_networks": _("Allowed networks, as a list of CIDRs")}
    list_display = ("name", "enterprise", "blocked")
    list_filter = ("enterprise",)
    list_select_related = ("enterprise",)
    search_fields = ("name",)
    filter_horizontal = ("privileges",)
    fields = ("name", "enterprise", "allowed_networks", "privileges")

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        """Privileges by their titles, with the names clients know them by."""
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        field.label_from_instance = lambda row: f"{title_of(row.name)} · {row.name}"
        return field

    def has_change_permission(self, request, obj=None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.blocked)

    def has_delete_permission(self, request, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.blocked)

    def create_by_service(self, request: HttpRequest, values: dict[str, Any]) -> Role:
        return services.create_role(actor=request.user, **_by_name(values))

    def change_by_service(self, request: HttpRequest, row: Role, values: dict[str, Any]) -> Role:
        return services.update_role(actor=request.user, role=row, **_by_name(values))

    def remove_by_service(self, request: HttpRequest, row: Role) -> None:
        services.delete_role(actor=request.user, role=row)


def _by_name(values: dict[str, Any]) -> dict[str, Any]:
    """The form's values with the names of the privileges, which is what services take."""
    if "privileges" not in values:
        return values
    return values | {"privileges": [privilege.name for privilege in values["privileges"]]}
