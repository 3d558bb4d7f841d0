"""For comparison only: the machine list as a plain Django REST framework view with nested serializers."""

from django.urls import path
from rest_framework import generics, pagination, serializers

from catalogue.models import Template
from compute.models import Disk, VirtualAppliance, VirtualDatacenter, VirtualMachine
from infrastructure.models import Host
from networking.models import AddressLease, Nic
from portal.api_views import Version
from tenants.models import Enterprise, User


class EnterpriseSerializer(serializers.ModelSerializer):
    class Meta:
        model = Enterprise
        fields = ("id", "name")


class DatacenterSerializer(serializers.ModelSerializer):
    class Meta:
        model = VirtualDatacenter
        fields = ("id", "name", "datacenter")


class ApplianceSerializer(serializers.ModelSerializer):
    class Meta:
        model = VirtualAppliance
        fields = ("id", "name")


class TemplateSerializer(serializers.ModelSerializer):
    class Meta:
        model = Template
        fields = ("id", "name", "enterprise")


class OwnerSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ("id", "nick")


class HostSerializer(serializers.ModelSerializer):
    class Meta:
        model = Host
        fields = ("id", "name", "rack")


class DiskSerializer(serializers.ModelSerializer):
    class Meta:
        model = Disk
        fields = ("id", "uuid", "position", "size_mib", "format")


class LeaseSerializer(serializers.ModelSerializer):
    class Meta:
        model = AddressLease
        fields = ("id", "ip", "network")


class MachineSerializer(serializers.ModelSerializer):
    """About what our representation holds, without its links."""

    enterprise = EnterpriseSerializer()
    virtual_datacenter = DatacenterSerializer()
    virtual_appliance = ApplianceSerializer()
    template = TemplateSerializer()
    owner = OwnerSerializer()
    host = HostSerializer()
    disks = DiskSerializer(many=True)
    addresses = serializers.SerializerMethodField()

    class Meta:
        model = VirtualMachine
        fields = (
            "id", "uuid", "name", "description", "vcpus", "memory_mib", "disk_mib", "state", "unknown_reason",
            "observed_at", "created_at", "updated_at", "hardware_profile", "enterprise", "virtual_datacenter",
            "virtual_appliance", "template", "owner", "host", "disks", "addresses",
        )  # fmt: skip

    def get_addresses(self, machine):
        return LeaseSerializer(self.context["leases"].get(machine.id, []), many=True).data


class Machines(generics.ListAPIView):
    serializer_class = MachineSerializer
    pagination_class = pagination.LimitOffsetPagination

    def get_queryset(self):
        related = ("enterprise", "virtual_datacenter", "virtual_appliance", "template", "owner", "host")
        machines = VirtualMachine.objects.visible_to(self.request.user).order_by("id")
        return machines.select_related(*related).prefetch_related("disks")

    def paginate_queryset(self, queryset):
        self.rows = super().paginate_queryset(queryset)
        return self.rows

    def get_serializer_context(self):
        leases = {}
        nics = Nic.objects.filter(virtual_machine_id__in=[row.id for row in self.rows]).select_related(
            "lease"
        )
        for nic in nics:
            leases.setdefault(nic.virtual_machine_id, []).append(nic.lease)
        return super().get_serializer_context() | {"leases": leases}


urlpatterns = [path("machines", Machines.as_view()), path("api/version", Version.as_view())]
