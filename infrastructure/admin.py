"""Datacenters, racks, hosts and datastores in the back office; a host shows how full it is."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectMultipleWidget

from core.ui.back_office import ServiceAdmin
from infrastructure import services
from infrastructure.capacity import health_of, with_capacity
from infrastructure.models import (
    Datacenter,
    Datastore,
    HardwareProfile,
    Host,
    HostState,
    Rack,
    RemoteService,
)
from tenants.models import Enterprise

LABELS = {
    "vcpus": gettext_lazy("vCPU that may be allocated"),
    "memory_mib": gettext_lazy("Memory that may be allocated, in MiB"),
    "uri": gettext_lazy("Address for the driver"),
    "ip": gettext_lazy("IP address"),
    "hypervisor_type": gettext_lazy("Hypervisor"),
}
HOST_LABELS = {"MANAGED": "success", "NOT_MANAGED": "warning", "unreachable": "danger", "STOPPED": "danger"}


class RemoteServiceInline(TabularInline):
    """What of the datacenter's remote services was heard of, and when."""

    model = RemoteService
    extra = 0
    fields = readonly_fields = ("type", "uri", "last_seen_at")

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class DatacenterForm(forms.ModelForm):
    """Whom the datacenter is open to stands beside its own fields."""

    open_to = forms.ModelMultipleChoiceField(
        Enterprise.objects.all(),
        label=gettext_lazy("Open to"),
        required=False,
        widget=UnfoldAdminSelectMultipleWidget,
    )

    class Meta:
        model = Datacenter
        fields = ("name", "location")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["open_to"] = self.instance.enterprises.all()


@admin.register(Datacenter)
class DatacenterAdmin(ServiceAdmin):
    creates = changes = removes = True
    form = DatacenterForm
    list_display = ("name", "location", "uuid")
    search_fields = ("name",)
    inlines = (RemoteServiceInline,)
    readonly_fields = ("uuid",)
    fieldsets = ((None, {"fields": (("name", "location"), "uuid", "open_to")}),)

    def create_by_service(self, request: HttpRequest, values: dict[str, Any]) -> Datacenter:
        enterprises = values.pop("open_to")
        datacenter = services.create_datacenter(actor=request.user, **values)
        _open(request, datacenter, enterprises)
        return datacenter

    def change_by_service(self, request: HttpRequest, row: Datacenter, values: dict[str, Any]) -> Datacenter:
        if "open_to" in values:
            wanted = set(values.pop("open_to"))
            for enterprise in set(row.enterprises.all()) - wanted:
                services.close_to(actor=request.user, datacenter=row, enterprise=enterprise)
            _open(request, row, wanted)
        return services.update_datacenter(actor=request.user, datacenter=row, **values)

    def remove_by_service(self, request: HttpRequest, row: Datacenter) -> None:
        services.delete_datacenter(actor=request.user, datacenter=row)


@admin.register(Rack)
class RackAdmin(ServiceAdmin):
    creates = changes = removes = True
    list_display = ("name", "datacenter", "short_description")
    list_select_related = ("datacenter",)
    fields = ("datacenter", "name", "short_description", ("vlan_id_min", "vlan_id_max"), "vlans_excluded")

    def get_readonly_fields(self, request, obj=None) -> tuple[str, ...]:
        return ("datacenter",) if obj else ()

    def create_by_service(self, request: HttpRequest, values: dict[str, Any]) -> Rack:
        return services.create_rack(actor=request.user, **values)

    def change_by_service(self, request: HttpRequest, row: Rack, values: dict[str, Any]) -> Rack:
        return services.update_rack(actor=request.user, rack=row, **values)

    def remove_by_service(self, request: HttpRequest, row: Rack) -> None:
        services.delete_rack(actor=request.user, rack=row)


@admin.register(Host)
class HostAdmin(ServiceAdmin):
    creates = changes = True
    list_display = ("name", "datacenter", "rack", "hypervisor_type", "vcpus", "memory_mib", "health")
    list_filter = ("datacenter", "state", "reachable")
    list_select_related = ("datacenter", "rack")
    search_fields = ("name", "ip")
    labels = LABELS
    actions = ("take_no_new_machines", "take_machines", "watch_again")
    change_fields = ("name", "description", "vcpus", "memory_mib", "state", "reserved_for")
    add_fields = (
        "rack",
        "name",
        "description",
        "ip",
        "hypervisor_type",
        "driver",
        "uri",
        "vcpus",
        "memory_mib",
    )

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return ((None, {"fields": self.add_fields}),)
        return (
            (gettext_lazy("Capacity"), {"fields": ("capacity",)}),
            (None, {"fields": self.change_fields}),
            (
                gettext_lazy("Where it is"),
                {"fields": ("rack", "ip", "hypervisor_type", "driver", "uri", "uuid")},
            ),
        )

    def get_readonly_fields(self, request, obj=None) -> tuple[str, ...]:
        return ("capacity", "rack", "ip", "hypervisor_type", "driver", "uri", "uuid") if obj else ()

    @admin.display(description=gettext_lazy("In use"))
    def capacity(self, host: Host) -> str:
        row = with_capacity(Host.objects.filter(pk=host.pk))[0]
        stores = host.datastores.all()
        return render_to_string("admin/host_capacity.html", {"host": row, "stores": stores})

    @display(description=gettext_lazy("State"), label=HOST_LABELS)
    def health(self, host: Host) -> tuple[str, str]:
        word = health_of(host.state, host.reachable)
        return word, _("Does not answer") if word == "unreachable" else host.get_state_display()

    def create_by_service(self, request: HttpRequest, values: dict[str, Any]) -> Host:
        return services.register_host(actor=request.user, **values)

    def change_by_service(self, request: HttpRequest, row: Host, values: dict[str, Any]) -> Host:
        """A reservation is changed by taking the host from one enterprise and giving it to the other."""
        if "reserved_for" in values:
            wanted, held = values.pop("reserved_for"), row.reserved_for
            if held is not None:
                services.release_host(actor=request.user, host=row, enterprise=held)
            if wanted is not None:
                services.reserve_host(actor=request.user, host=row, enterprise=wanted)
        return services.update_host(actor=request.user, host=row, **values)

    @admin.action(description=gettext_lazy("Take no new machines"))
    def take_no_new_machines(self, request, queryset) -> None:
        self._set_state(request, queryset, HostState.NOT_MANAGED)

    @admin.action(description=gettext_lazy("Take machines again"))
    def take_machines(self, request, queryset) -> None:
        self._set_state(request, queryset, HostState.MANAGED)

    @admin.action(description=gettext_lazy("Ask the system monitor to watch again"))
    def watch_again(self, request, queryset) -> None:
        for host in queryset.select_related("datacenter"):
            services.watch_host(host)
        self.message_user(request, _("The system monitor was asked."))

    def _set_state(self, request: HttpRequest, queryset, state: str) -> None:
        for host in queryset:
            services.update_host(actor=request.user, host=host, state=state)
        self.message_user(request, _("%(count)s hosts were changed.") % {"count": len(queryset)})


@admin.register(Datastore)
class DatastoreAdmin(ServiceAdmin):
    """To look up; a datastore is added with its host."""

    list_display = ("name", "datacenter", "path", "size_mib", "enabled")
    list_select_related = ("datacenter",)


@admin.register(HardwareProfile)
class HardwareProfileAdmin(ServiceAdmin):
    """The sizes offered when deploying, to look up."""

    list_display = ("name", "vcpus", "memory_mib", "active")


def _open(request: HttpRequest, datacenter: Datacenter, enterprises) -> None:
    for enterprise in enterprises:
        services.open_to(actor=request.user, datacenter=datacenter, enterprise=enterprise)
