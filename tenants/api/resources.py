"""How tenants look in the REST dialect. Names before 4.0 stand beside the current ones."""

from core.api.fields import Field, Kind, boolean, integer, text
from core.api.listing import Filter, Listing, whole_number
from core.api.resource import Embedded, Link, Resource

LIMIT_FIELDS = (
    integer("cpuSoft", source="vcpus_soft", older="cpuCountSoftLimit", writes="vcpus_soft", least=0),
    integer("cpuHard", source="vcpus_hard", older="cpuCountHardLimit", writes="vcpus_hard", least=0),
    integer("ramSoft", source="memory_mib_soft", older="ramSoftLimitInMb", writes="memory_mib_soft", least=0),
    integer("ramHard", source="memory_mib_hard", older="ramHardLimitInMb", writes="memory_mib_hard", least=0),
    integer(
        "diskSoftLimitInMb",
        source="disk_mib_soft",
        also=("HDSoft", "hdSoftLimitInMb"),
        writes="disk_mib_soft",
        least=0,
    ),
    integer(
        "diskHardLimitInMb",
        source="disk_mib_hard",
        also=("HDHard", "hdHardLimitInMb"),
        writes="disk_mib_hard",
        least=0,
    ),
    integer("vmsSoft", source="machines_soft", writes="machines_soft", least=0),
    integer("vmsHard", source="machines_hard", writes="machines_hard", least=0),
    *(
        integer(name, constant=0, help="Not limited yet.")
        for name in (
            "vlansSoft",
            "vlansHard",
            "publicIpsSoft",
            "publicIpsHard",
            "storageSoftInMb",
            "storageHardInMb",
        )
    ),
)

PRIVILEGE = Resource(
    name="privilege",
    collection="privileges",
    path="/config/privileges/{id}",
    fields=(integer("id"), text("name")),
    links=(
        Link("self", ".", "privilege", titled_by="name"),
        Link("privilege", ".", "privilege", titled_by="name"),
    ),
)

ROLE = Resource(
    name="role",
    collection="roles",
    path="/admin/roles/{id}",
    fields=(integer("id"), text("name"), boolean("blocked"), integer("idEnterprise", source="enterprise_id")),
    links=(
        Link("edit", ".", "role", titled_by="name"),
        Link("privileges", "./action/privileges", "privileges", "privileges"),
        Link(
            "enterprise",
            "/admin/enterprises/{enterprise_id}",
            "enterprise",
            titled_by="enterprise__name",
            optional=True,
        ),
    ),
    listing=Listing(
        sorts={"name": "name", "id": "id"},
        default_sort="name",
        filters={"identerprise": Filter("enterprise_id", whole_number, "Roles private to this enterprise.")},
    ),
)

ENTERPRISE = Resource(
    name="enterprise",
    collection="enterprises",
    path="/admin/enterprises/{id}",
    fields=(
        integer("id"),
        text("name", writes="name", required=True, least=1, most=128),
        *LIMIT_FIELDS,
        boolean("isReservationRestricted", source="reservation_restricted", writes="reservation_restricted"),
        integer("repositorySoftInMb", constant=0),
        integer("repositoryHardInMb", constant=0),
        boolean("workflow", constant=False),
        boolean("twoFactorAuthenticationMandatory", constant=False),
    ),
    links=(
        Link("edit", ".", "enterprise", titled_by="name"),
        Link("users", "./users", "users", "users"),
        Link("datacenterrepositories", "./datacenterrepositories", "datacenterrepositories", "repositories"),
        Link("virtualmachines", "./action/virtualmachines", "virtualmachines", "virtual machines"),
        Link("virtualappliances", "./action/virtualappliances", "virtualappliances", "virtual appliances"),
        Link(
            "cloud/virtualdatacenters",
            "./action/virtualdatacenters",
            "virtualdatacenters",
            "virtual datacenters",
        ),
        Link("pendingtasks", "./action/pendingtasks", "tasks", "pending tasks"),
    ),
    listing=Listing(sorts={"name": "name", "id": "id"}, default_sort="name"),
)

ENTERPRISE_NAME = Resource(
    name="enterprise-id-name",
    collection="enterprises-id-name",
    path="/admin/enterprises/{id}",
    fields=(integer("id"), text("name")),
    listing=ENTERPRISE.listing,
)

USER = Resource(
    name="user",
    collection="users",
    path="/admin/enterprises/{enterprise_id}/users/{id}",
    fields=(
        integer("id"),
        text("nick"),
        text("name"),
        text("surname"),
        text("email"),
        text("locale"),
        boolean("active", source="is_active"),
        text("authType", constant="ABIQUO"),
        boolean("firstLogin", constant=False),
        boolean("locked", constant=False),
        Field(name="description", kind=Kind.TEXT, constant=""),
    ),
    links=(
        Link("enterprise", "/admin/enterprises/{enterprise_id}", "enterprise", titled_by="enterprise__name"),
        Link("role", "/admin/roles/{role_id}", "role", titled_by="role__name"),
        Link("edit", ".", "user", titled_by="nick"),
        Link("virtualmachines", "./action/virtualmachines", "virtualmachines", "virtual machines"),
        Link("pendingtasks", "./action/pendingtasks", "tasks", "pending tasks"),
    ),
    embedded=(Embedded("privileges", PRIVILEGE, "privileges"),),
    listing=Listing(
        sorts={"nick": "nick", "name": "name", "surname": "surname", "id": "id"},
        default_sort="nick",
        search=("nick", "name", "surname", "email"),
        filters={"idRole": Filter("role_id", whole_number, "Users with this role.")},
    ),
)
