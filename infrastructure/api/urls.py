"""Addresses of infrastructure below the API's root."""

from django.urls import path

from infrastructure.api.views import (
    cloud_credentials,
    datacenters,
    hosts,
    hypervisor_types,
    limits,
    locations,
    racks,
    remote_services,
    reserved_machines,
    scopes,
)

DATACENTER = "admin/datacenters/<int:datacenter>"
RACK = f"{DATACENTER}/racks/<int:rack>"
MACHINE = f"{RACK}/machines/<int:machine>"
ENTERPRISE = "admin/enterprises/<int:enterprise>"
LIMITS = f"{ENTERPRISE}/limits"
TYPE = "config/hypervisortypes/<str:hypervisortype>"
LOCATION = "cloud/locations/<int:location>"

urlpatterns = [
    path("admin/datacenters", datacenters.Datacenters.as_view()),
    path(DATACENTER, datacenters.OneDatacenter.as_view()),
    path(f"{DATACENTER}/remoteservices", remote_services.RemoteServices.as_view()),
    path(f"{DATACENTER}/remoteservices/<str:type>", remote_services.RemoteServiceOfType.as_view()),
    path(f"{DATACENTER}/networkservicetypes", datacenters.NetworkServiceTypes.as_view()),
    path(
        f"{DATACENTER}/networkservicetypes/<int:networkservicetype>",
        datacenters.OneNetworkServiceType.as_view(),
    ),
    path(f"{DATACENTER}/racks", racks.Racks.as_view()),
    path(RACK, racks.OneRack.as_view()),
    path(f"{RACK}/machines", hosts.Machines.as_view()),
    path(MACHINE, hosts.OneMachine.as_view()),
    path(f"{MACHINE}/datastores", hosts.MachineDatastores.as_view()),
    path(f"{MACHINE}/datastores/<int:datastore>", hosts.OneMachineDatastore.as_view()),
    path(f"{MACHINE}/action/checkstate", hosts.MachineState.as_view()),
    path(f"{DATACENTER}/action/getlimits", limits.DatacenterLimits.as_view()),
    path(LIMITS, limits.Limits.as_view()),
    path(f"{LIMITS}/<int:limit>", limits.OneLimit.as_view()),
    path(f"{LIMITS}/<int:limit>/datacenter", limits.LimitDatacenter.as_view()),
    path(f"{LIMITS}/<int:limit>/hypervisors", limits.LimitHypervisors.as_view()),
    path(f"{ENTERPRISE}/credentials", cloud_credentials.EnterpriseCredentials.as_view()),
    path(f"{ENTERPRISE}/credentials/<int:credentials>", cloud_credentials.OneSetOfCredentials.as_view()),
    path(f"{ENTERPRISE}/reservedmachines", reserved_machines.ReservedMachines.as_view()),
    path(f"{ENTERPRISE}/reservedmachines/machine", reserved_machines.ReserveMachine.as_view()),
    path(f"{ENTERPRISE}/reservedmachines/<int:machine>", reserved_machines.OneReservedMachine.as_view()),
    path("config/hypervisortypes", hypervisor_types.HypervisorTypes.as_view()),
    path(TYPE, hypervisor_types.OneHypervisorType.as_view()),
    path(f"{TYPE}/action/checkcredentials", hypervisor_types.CheckCredentials.as_view()),
    path(f"{TYPE}/regions", hypervisor_types.Regions.as_view()),
    path(f"{TYPE}/regions/<str:region>", hypervisor_types.OneRegion.as_view()),
    path("admin/remoteservices", remote_services.AllRemoteServices.as_view()),
    path("admin/remoteservices/<int:service>", remote_services.OneRemoteService.as_view()),
    path("admin/scopes", scopes.Scopes.as_view()),
    path("admin/scopes/<int:scope>", scopes.OneScope.as_view()),
    path("cloud/locations", locations.Locations.as_view()),
    path(LOCATION, locations.OneLocation.as_view()),
    path(f"{LOCATION}/hardwareprofiles", locations.HardwareProfiles.as_view()),
    path(f"{LOCATION}/hardwareprofiles/<int:profile>", locations.OneHardwareProfile.as_view()),
]
