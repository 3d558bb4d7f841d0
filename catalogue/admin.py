"""Templates and their disks in the back office, to look up; they come in through the appliance manager."""

from django.contrib import admin
from unfold.admin import TabularInline

from catalogue.models import Template, TemplateDisk
from core.ui.back_office import ServiceAdmin


class DiskInline(TabularInline):
    model = TemplateDisk
    extra = 0
    fields = readonly_fields = (
        "position",
        "path",
        "format",
        "file_size_bytes",
        "virtual_size_bytes",
        "sha256",
    )

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Template)
class TemplateAdmin(ServiceAdmin):
    list_display = ("name", "enterprise", "repository", "os_type", "state", "shared")
    list_filter = ("state", "shared", "repository")
    list_select_related = ("enterprise", "repository")
    search_fields = ("name",)
    inlines = (DiskInline,)
