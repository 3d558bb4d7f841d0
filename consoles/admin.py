"""Consoles that are or were open, for cloud administrators, who may close them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin

from consoles.endings import Ending
from consoles.models import ConsoleSession
from consoles.services import close_sessions


@admin.register(ConsoleSession)
class ConsoleSessionAdmin(ModelAdmin):
    list_display = ("virtual_machine", "user", "created_at", "last_seen_at", "closed_at", "closed_reason")
    list_filter = ("closed_reason",)
    list_select_related = ("virtual_machine", "user")
    search_fields = ("virtual_machine__name", "user__nick")
    actions = ("close",)

    @admin.action(description=_("Close the selected consoles"))
    def close(self, request, queryset) -> None:
        count = close_sessions(sessions=queryset, ending=Ending.CLOSED_BY_ADMINISTRATOR)
        text = ngettext("%(count)d console is being closed.", "%(count)d consoles are being closed.", count)
        self.message_user(request, text % {"count": count})

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
