"""Enterprises, users and roles in the back office."""

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminPasswordWidget

from core.ui.back_office import ServiceAdmin
from tenants import services
from tenants.limits import RESOURCES
from tenants.limits.wording import LABELS as LIMIT_LABELS
from tenants.models import Enterprise, Role, User

LIMIT_ROWS = tuple((f"{resource}_soft", f"{resource}_hard") for resource in RESOURCES)
LABELS = {
    f"{resource}_{strength}": format_lazy("{word}, {strength}", word=word, strength=strength_word)
    for resource, word in LIMIT_LABELS.items()
    for strength, strength_word in (("soft", _("soft limit")), ("hard", _("hard limit")))
}

admin.site.unregister(Group)
admin.site.unregister(EmailAddress)


@admin.register(Enterprise)
class EnterpriseAdmin(ServiceAdmin):
    creates = changes = removes = True
    labels = LABELS | {"reservation_restricted": _("Only hosts reserved for it")}
    list_display = ("name", "is_provider", "vcpus_hard", "memory_mib_hard", "disk_mib_hard", "machines_hard")
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
        fields = ("nick", "name", "surname", "email", "enterprise", "role", "is_active")

    def clean_password(self) -> str:
        password = self.cleaned_data.get("password", "")
        if self.instance.pk is None and not password:
            raise forms.ValidationError(_("A new user needs a password."))
        return password


@admin.register(User)
class UserAdmin(ServiceAdmin):
    creates = changes = True
    form = UserForm
    list_display = ("nick", "full_name", "enterprise", "role", "is_active", "last_login")
    list_filter = ("role", "is_active", "enterprise")
    list_select_related = ("enterprise", "role")
    search_fields = ("nick", "name", "surname", "email")
    fieldsets = (
        (None, {"fields": ("nick", "password", ("name", "surname"), "email")}),
        (_("Rights"), {"fields": ("enterprise", "role", "is_active")}),
    )

    def get_readonly_fields(self, request, obj=None) -> tuple[str, ...]:
        return ("nick", "enterprise") if obj else ()

    def create_by_service(self, request: HttpRequest, values: dict[str, Any]) -> User:
        return services.create_user(actor=request.user, **values)

    def change_by_service(self, request: HttpRequest, row: User, values: dict[str, Any]) -> User:
        return services.update_user(actor=request.user, user=row, **values)


@admin.register(Role)
class RoleAdmin(ModelAdmin):
    """The default roles with their privileges, to look up."""

    list_display = ("name", "enterprise", "blocked")
    search_fields = ("name",)

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
