"""Templates, with all that is said of the machines made of them."""

from typing import Any

from catalogue.api.resources.disk import TEMPLATE_DISK
from catalogue.os_types import OS_TYPES
from core.api.fields import Field, Kind, boolean, integer, iso_millis, text
from core.api.listing import Filter, Listing, words
from core.api.resource import Family, Link, Resource

TEMPLATE_PATH = (
    "/admin/enterprises/{enterprise_id}/datacenterrepositories/{repository__datacenter_id}"
    "/virtualmachinetemplates/{id}"
)
TEMPLATE_REFERENCE = (
    "/admin/enterprises/{enterprise}/datacenterrepositories/{repository}/virtualmachinetemplates/{template}"
)
_STATEFUL = {"ALL": [True, False], "USED": [True], "NOTUSED": [True]}
_64_BIT = sorted(name for name in OS_TYPES if name.endswith("_64"))
_32_BIT = sorted(OS_TYPES.difference(_64_BIT))


def _or_none(value: Any) -> Any:
    return value or None


def _truth(sent: str) -> bool:
    if sent.lower() not in ("true", "false"):
        raise ValueError(sent)
    return sent.lower() == "true"


def _is_remote(sent: str) -> bool:
    """All templates lie in repositories of ours: LOCAL is each of them, REMOTE is none."""
    if sent.upper() not in ("LOCAL", "REMOTE"):
        raise ValueError(sent)
    return sent.upper() == "REMOTE"


def _stateful(sent: str) -> list[bool]:
    if sent.upper() not in _STATEFUL:
        raise ValueError(sent)
    return _STATEFUL[sent.upper()]


def _bound(name: str, source: str, most: int, **options: Any) -> Field:
    return integer(name, source=source, writes=source, least=0, most=most, **options)


TEMPLATE = Resource(
    name="virtualmachinetemplate",
    collection="virtualmachinetemplates",
    path=TEMPLATE_PATH,
    fields=(
        text("id", show=str),
        text("name", writes="name", least=1, most=128),
        text("description", writes="description", most=255),
        text("iconUrl", source="icon", writes="icon", most=255),
        text("osType", source="os_type", writes="os_type", most=32),
        text("osVersion", source="os_version", writes="os_version", most=64),
        text("loginUser", source="login_user", writes="login_user", most=64),
        text("loginPassword", writes="login_password", written_only=True, most=128),
        integer("cpuRequired", source="vcpus", writes="vcpus", least=1, most=128),
        _bound("cpuMin", "vcpus_min", 128, help="None when it is absent; 0 removes it."),
        _bound("cpuMax", "vcpus_max", 128),
        integer("ramRequired", source="memory_mib", writes="memory_mib", least=1, most=4_194_304),
        _bound("ramMin", "memory_mib_min", 4_194_304, help="MiB."),
        _bound("ramMax", "memory_mib_max", 4_194_304, help="MiB."),
        integer("coresPerSocket", source="cores_per_socket", writes="cores_per_socket", least=1, most=128),
        text(
            "ethernetDriverType",
            source="ethernet_driver",
            show=_or_none,
            writes="ethernet_driver",
            help="E1000, PCNET32, VIRTIO, VMXNET3.",
        ),
        boolean("enableCpuHotAdd", source="vcpus_hot_add", writes="vcpus_hot_add"),
        boolean("enableRamHotAdd", source="memory_hot_add", writes="memory_hot_add"),
        boolean("enableNicsHotReconfigure", source="nics_hot_reconfigure", writes="nics_hot_reconfigure"),
        boolean("enableDisksHotReconfigure", source="disks_hot_reconfigure", writes="disks_hot_reconfigure"),
        boolean(
            "enableRemoteAccessHotReconfigure",
            source="remote_access_hot_reconfigure",
            writes="remote_access_hot_reconfigure",
        ),
        text("guestSetup", source="guest_setup", writes="guest_setup", help="NONE, CLOUD_INIT …"),
        boolean("generateGuestInitialPassword", source="generates_password", writes="generates_password"),
        text("costCode", source="cost_code", show=_or_none, writes="cost_code", most=64),
        text(
            "terms",
            show=_or_none,
            writes="terms",
            help="Whoever makes a machine of it must accept them: termsAccepted.",
        ),
        text("state"),
        boolean("shared", needs=("shared", "offered"), show=lambda row: row["offered"], writes="shared"),
        text("creationDate", source="created_at", show=iso_millis),
        text("creationUser", source="creator_name"),
        boolean("chefEnabled", constant=False),
        integer("version", show=_or_none, help="Its number among the versions of a template."),
        text(
            "versionNote",
            source="version_note",
            show=_or_none,
            writes="version_note",
            most=255,
            help="What is new in this version.",
        ),
        boolean(
            "currentVersion",
            needs=("id", "line__current_id"),
            show=lambda row: row["line__current_id"] in (None, row["id"]),
            help="Whether new machines get it: false for a version that another one took the place of.",
        ),
        boolean("retired", source="retired_at", show=bool, help="Nothing new is made of it."),
        Field(name="variables", kind=Kind.OBJECT, writes="variables"),
    ),
    links=(
        Link("enterprise", "/admin/enterprises/{enterprise_id}", "enterprise", titled_by="enterprise__name"),
        Link(
            "category",
            "/config/categories/{category_id}",
            "category",
            titled_by="category__name",
            optional=True,
        ),
        Link("edit", ".", "virtualmachinetemplate", titled_by="name"),
        Link(
            "datacenterrepository",
            "/admin/enterprises/{enterprise_id}/datacenterrepositories/{repository__datacenter_id}",
            "datacenterrepository",
            titled_by="repository__name",
        ),
        Link("disks", "./disks", "disks", "disks"),
        Link("tasks", "./tasks", "tasks", "tasks"),
        Link("conversions", "./conversions", "conversions", "conversions"),
        Link(
            "templatePath",
            "{appliance_manager}/erepos/{enterprise_id}/templates/",
            optional=True,
            elsewhere=True,
        ),
        Link("virtualmachines", "./action/virtualmachines", "virtualmachines", "virtual machines"),
        Link("export", "./action/export", "virtualmachinetemplatepackage", "export as OVA"),
        Link("versions", "./action/versions", "virtualmachinetemplates", "versions"),
        Link("instances", "./action/instances", "virtualmachinetemplates", "instances"),
        Link(
            "master",
            "/admin/enterprises/{master__enterprise_id}/datacenterrepositories/{repository__datacenter_id}"
            "/virtualmachinetemplates/{master_id}",
            "virtualmachinetemplate",
            titled_by="master__name",
            optional=True,
        ),
    ),
    families=(
        Family("disk", "disks", TEMPLATE_DISK.path, "disk"),
        Family("scope", "scopes", "/admin/scopes/{id}", "scope", titled_by="name", numbered=False),
    ),
    added=frozenset({"offered", "appliance_manager"}),
    listing=Listing(
        sorts={"name": "name", "id": "id"},
        default_sort="name",
        search=("name", "description"),
        filters={
            "64bits": Filter("os_type__in", lambda sent: _64_BIT if _truth(sent) else _32_BIT, "true, false"),
            "categoryName": Filter("category__name", str, "Only those of this category."),
            "creationUser": Filter("creator_name", str, "Only those this user brought in."),
            "description": Filter("description__icontains", str, "A part of the description."),
            "boot": Filter(
                "pk__isnull", lambda sent: not _truth(sent), "true: those to boot from, which all are."
            ),
            "external": Filter("pk__isnull", _truth, "true: those of public clouds, which none is."),
            "id": Filter("id", int, "Only this one."),
            "idTemplate": Filter("id", int, "Only this one."),
            "imported": Filter(
                "pk__isnull", _truth, "true: none, for machines are not imported as templates."
            ),
            "master": Filter("master__isnull", _truth, "true: no instances; false: instances only."),
            "name": Filter("name", str, "Only this name."),
            "ostype": Filter("os_type__in", words, "Operating systems."),
            "path": Filter("disks__path", str, "The path of one of its disks in the repository."),
            "source": Filter("pk__isnull", _is_remote, "LOCAL or REMOTE; all are LOCAL."),
            "state": Filter("state__in", words, "DONE, IN_PROGRESS …"),
            "stateful": Filter("persistent__in", _stateful, "ALL, USED, NOTUSED."),
            "states": Filter("state__in", words, "Several states."),
        },
    ),
)
