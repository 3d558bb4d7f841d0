"""Addresses of machines, virtual appliances and virtual datacenters."""

from django.urls import path

from compute.ui.views import (
    actions,
    blueprints,
    deploy,
    disks,
    guest,
    machine,
    machine_list,
    verification,
    virtual_appliance,
    virtual_datacenter,
    why,
)

app_name = "compute"
USE = "blueprints/<int:blueprint_id>/use"
USE_VERSION = "blueprints/<int:blueprint_id>/versions/<int:version_id>/use"
urlpatterns = [
    path("verify-usage/", verification.VerifyUsage.as_view(), name="verify_usage"),
    path("why/", why.Why.as_view(), name="why"),
    path(f"{USE}/", blueprints.Use.as_view(), name="use_blueprint"),
    path(f"{USE}/plan/", blueprints.UsePlan.as_view(), name="use_plan"),
    path(f"{USE_VERSION}/", blueprints.Use.as_view(), name="use_blueprint_version"),
    path(f"{USE_VERSION}/plan/", blueprints.UsePlan.as_view(), name="use_version_plan"),
    path("machines/", machine_list.Machines.as_view(), name="machines"),
    path("machines/rows/", machine_list.MachineRows.as_view(), name="machine_rows"),
    path("machines/bulk/<slug:action>/", actions.Bulk.as_view(), name="bulk"),
    path("machines/deploy/", deploy.Deploy.as_view(), name="deploy"),
    path("machines/deploy/user-data/", guest.CheckUserData.as_view(), name="check_user_data"),
    path("machines/deploy/plan/", deploy.Plan.as_view(), name="deploy_plan"),
    path("machines/<int:machine_id>/", machine.MachinePage.as_view(), name="machine"),
    path("machines/<int:machine_id>/header/", machine.MachineHeader.as_view(), name="machine_header"),
    path("machines/<int:machine_id>/hardware/change/", machine.Reconfigure.as_view(), name="reconfigure"),
    path("machines/<int:machine_id>/disks/<int:disk>/copy/", disks.CopyDisk.as_view(), name="copy_disk"),
    path("machines/<int:machine_id>/cdroms/insert/", disks.InsertCdrom.as_view(), name="insert_cdrom"),
    path(
        "machines/<int:machine_id>/cdroms/<int:disk>/eject/", disks.EjectCdrom.as_view(), name="eject_cdrom"
    ),
    path("machines/<int:machine_id>/guest/change/", guest.Change.as_view(), name="change_guest"),
    path("machines/<int:machine_id>/guest/password/", guest.Password.as_view(), name="guest_password"),
    path(
        "machines/<int:machine_id>/guest/password/reset/",
        guest.ResetPassword.as_view(),
        name="reset_guest_password",
    ),
    path("machines/<int:machine_id>/<slug:tab>/", machine.MachinePage.as_view(), name="machine_tab"),
    path("machines/<int:machine_id>/actions/<slug:action>/", actions.Act.as_view(), name="action"),
    path("virtual-appliances/", virtual_appliance.Appliances.as_view(), name="virtual_appliances"),
    path("virtual-appliances/new/", virtual_appliance.Create.as_view(), name="create_virtual_appliance"),
    path(
        "virtual-appliances/<int:appliance_id>/",
        virtual_appliance.AppliancePage.as_view(),
        name="virtual_appliance",
    ),
    path(
        "virtual-appliances/<int:appliance_id>/restrict/",
        virtual_appliance.Restrict.as_view(),
        name="restrict_virtual_appliance",
    ),
    path(
        "virtual-appliances/<int:appliance_id>/delete/",
        virtual_appliance.Delete.as_view(),
        name="delete_virtual_appliance",
    ),
    path(
        "virtual-appliances/<int:appliance_id>/blueprint/",
        blueprints.Save.as_view(),
        name="save_blueprint",
    ),
    path("virtual-datacenters/", virtual_datacenter.Datacenters.as_view(), name="virtual_datacenters"),
    path("virtual-datacenters/new/", virtual_datacenter.Create.as_view(), name="create_virtual_datacenter"),
    path(
        "virtual-datacenters/<int:vdc_id>/",
        virtual_datacenter.DatacenterPage.as_view(),
        name="virtual_datacenter",
    ),
    path(
        "virtual-datacenters/<int:vdc_id>/edit/",
        virtual_datacenter.Edit.as_view(),
        name="edit_virtual_datacenter",
    ),
    path(
        "virtual-datacenters/<int:vdc_id>/delete/",
        virtual_datacenter.Delete.as_view(),
        name="delete_virtual_datacenter",
    ),
]
