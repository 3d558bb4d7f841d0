"""Addresses of virtual resources below the API's root."""

from django.urls import path

from compute.api.views import (
    actions,
    appliance_actions,
    appliance_tasks,
    blueprints,
    external_networks,
    guest,
    icons,
    machines,
    networks,
    parts,
    tasks,
    virtual_appliances,
    virtual_datacenters,
)

ENTERPRISE = "admin/enterprises/<int:enterprise>"
TEMPLATE = f"{ENTERPRISE}/datacenterrepositories/<int:repository>/virtualmachinetemplates/<int:template>"
HOST = "admin/datacenters/<int:datacenter>/racks/<int:rack>/machines/<int:machine>"
VDC = "cloud/virtualdatacenters/<int:vdc>"
NETWORK = f"{VDC}/privatenetworks/<int:network>"
SPEC = f"{VDC}/vappspecs/<int:vappspec>"
VAPP = f"{VDC}/virtualappliances/<int:vapp>"
EXTERNAL = f"{ENTERPRISE}/limits/<int:limit>/externalnetworks"
VM = f"{VAPP}/virtualmachines/<int:vm>"

urlpatterns = [
    path("cloud/virtualmachines", machines.AllMachines.as_view()),
    path(f"{VAPP}/virtualmachines", machines.VirtualMachines.as_view()),
    path(VM, machines.OneVirtualMachine.as_view()),
    path(f"{VM}/state", actions.State.as_view()),
    path(f"{VM}/action/deploy", actions.Deploy.as_view()),
    path(f"{VM}/action/undeploy", actions.Undeploy.as_view()),
    path(f"{VM}/action/instance", actions.Instance.as_view()),
    path(f"{VM}/action/reset", actions.Reset.as_view()),
    path(f"{VM}/metadata", guest.Metadata.as_view()),
    path(f"{VM}/action/retrieveguestpassword", guest.RetrievePassword.as_view()),
    path(f"{VM}/action/resetguestpassword", guest.ResetPassword.as_view()),
    path(f"{VM}/tasks", tasks.Tasks.as_view()),
    path(f"{VM}/tasks/<uuid:task>", tasks.OneTask.as_view()),
    path(f"{VM}/tasks/<uuid:task>/action/cancel", tasks.CancelTask.as_view()),
    path(f"{VM}/tasks/<uuid:task>/action/continue", tasks.ContinueTask.as_view()),
    path(f"{VM}/network/nics", parts.Nics.as_view()),
    path(f"{VM}/network/nics/<int:nic>", parts.OneNic.as_view()),
    path(f"{VM}/storage/disks", parts.Disks.as_view()),
    path(f"{VM}/storage/disks/<int:disk>", parts.OneDisk.as_view()),
    path("cloud/virtualdatacenters", virtual_datacenters.VirtualDatacenters.as_view()),
    path(VDC, virtual_datacenters.OneVirtualDatacenter.as_view()),
    path(f"{VDC}/action/virtualmachines", machines.DatacenterMachines.as_view()),
    path(f"{VDC}/action/templates", networks.Templates.as_view()),
    path(f"{VDC}/action/privateips", networks.Addresses.as_view()),
    path(f"{VDC}/action/defaultvlan", networks.DefaultNetwork.as_view()),
    path(f"{VDC}/privatenetworks", networks.PrivateNetworks.as_view()),
    path(NETWORK, networks.OnePrivateNetwork.as_view()),
    path(f"{NETWORK}/ips", networks.NetworkAddresses.as_view()),
    path(f"{NETWORK}/ips/<int:ip>", networks.OneAddress.as_view()),
    path(f"{VDC}/virtualappliances", virtual_appliances.VirtualAppliances.as_view()),
    path(VAPP, virtual_appliances.OneVirtualAppliance.as_view()),
    path(f"{VAPP}/action/deploy", appliance_actions.DeployAppliance.as_view()),
    path(f"{VAPP}/action/undeploy", appliance_actions.UndeployAppliance.as_view()),
    path(f"{VAPP}/action/spec", blueprints.CreateSpec.as_view()),
    path(f"{VAPP}/action/specversion", blueprints.CreateSpecVersion.as_view()),
    path(f"{VAPP}/tasks", appliance_tasks.Tasks.as_view()),
    path(f"{VAPP}/tasks/<uuid:appliancetask>", appliance_tasks.OneTask.as_view()),
    path(f"{VAPP}/tasks/<uuid:appliancetask>/action/ack", appliance_tasks.AcknowledgeTask.as_view()),
    path(f"{VAPP}/tasks/<uuid:appliancetask>/action/cancel", appliance_tasks.CancelTask.as_view()),
    path(f"{VDC}/vappspecs", blueprints.OfferedSpecs.as_view()),
    path(SPEC, blueprints.OfferedSpec.as_view()),
    path(f"{SPEC}/action/validate", blueprints.ValidateOffered.as_view()),
    path(f"{ENTERPRISE}/vappspecs/<int:vappspec>/action/validate", blueprints.ValidateSpec.as_view()),
    path(f"{VAPP}/state", virtual_appliances.ApplianceState.as_view()),
    path(f"{TEMPLATE}/action/virtualmachines", machines.TemplateMachines.as_view()),
    path(f"{HOST}/virtualmachines", machines.HostMachines.as_view()),
    path(f"{ENTERPRISE}/action/virtualmachines", machines.EnterpriseMachines.as_view()),
    path(f"{ENTERPRISE}/action/virtualappliances", virtual_appliances.EnterpriseAppliances.as_view()),
    path(f"{ENTERPRISE}/action/virtualdatacenters", virtual_datacenters.EnterpriseDatacenters.as_view()),
    path(f"{ENTERPRISE}/action/icons", icons.Icons.as_view()),
    path(EXTERNAL, external_networks.ExternalNetworks.as_view()),
    path(f"{EXTERNAL}/<int:externalnetwork>", external_networks.OneExternalNetwork.as_view()),
    path(f"{ENTERPRISE}/action/pendingtasks", tasks.PendingTasks.as_view()),
    path(f"{ENTERPRISE}/users/<int:user>/action/virtualmachines", machines.UserMachines.as_view()),
    path(f"{ENTERPRISE}/users/<int:user>/action/pendingtasks", tasks.PendingTasks.as_view()),
]
