"""Addresses of infrastructure below the API's root."""

from django.urls import path

from infrastructure.api.views import datacenters, hosts, locations

DATACENTER = "admin/datacenters/<int:datacenter>"
RACK = f"{DATACENTER}/racks/<int:rack>"
MACHINE = f"{RACK}/machines/<int:machine>"
LOCATION = "cloud/locations/<int:location>"

urlpatterns = [
    path("admin/datacenters", datacenters.Datacenters.as_view()),
    path(DATACENTER, datacenters.OneDatacenter.as_view()),
    path(f"{DATACENTER}/remoteservices", datacenters.RemoteServices.as_view()),
    path(f"{DATACENTER}/remoteservices/<str:type>", datacenters.RemoteServiceOfType.as_view()),
    path(f"{DATACENTER}/networkservicetypes", datacenters.NetworkServiceTypes.as_view()),
    path(
        f"{DATACENTER}/networkservicetypes/<int:networkservicetype>",
        datacenters.OneNetworkServiceType.as_view(),
    ),
    path(f"{DATACENTER}/racks", datacenters.Racks.as_view()),
    path(RACK, datacenters.OneRack.as_view()),
    path(f"{RACK}/machines", hosts.Machines.as_view()),
    path(MACHINE, hosts.OneMachine.as_view()),
    path(f"{MACHINE}/datastores", hosts.MachineDatastores.as_view()),
    path(f"{MACHINE}/datastores/<int:datastore>", hosts.OneMachineDatastore.as_view()),
    path(f"{MACHINE}/action/checkstate", hosts.MachineState.as_view()),
    path("admin/remoteservices", datacenters.AllRemoteServices.as_view()),
    path("admin/remoteservices/<int:service>", datacenters.OneRemoteService.as_view()),
    path("cloud/locations", locations.Locations.as_view()),
    path(LOCATION, locations.OneLocation.as_view()),
    path(f"{LOCATION}/hardwareprofiles", locations.HardwareProfiles.as_view()),
    path(f"{LOCATION}/hardwareprofiles/<int:profile>", locations.OneHardwareProfile.as_view()),
]
