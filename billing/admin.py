"""Price lists in the back office, to look up."""

from django.contrib import admin

from billing.models import PriceList
from core.ui.back_office import ServiceAdmin


@admin.register(PriceList)
class PriceListAdmin(ServiceAdmin):
    list_display = ("name", "currency", "vcpu_hour", "memory_gib_hour", "disk_gib_hour", "is_default")
