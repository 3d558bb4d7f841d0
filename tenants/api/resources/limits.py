"""Allocation limits as fields, for enterprises and whatever else has them."""

from core.api.fields import integer

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
