"""Allocation limits as fields, for enterprises and whatever else has them."""

from core.api.fields import Field, integer

# resource: the current names of its soft and hard limit, those before 4.0, and others that are understood
NAMES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "vcpus": (("cpuSoft", "cpuCountSoftLimit"), ("cpuHard", "cpuCountHardLimit")),
    "memory_mib": (("ramSoft", "ramSoftLimitInMb"), ("ramHard", "ramHardLimitInMb")),
    "disk_mib": (
        ("diskSoftLimitInMb", "", "HDSoft", "hdSoft", "hdSoftLimitInMb"),
        ("diskHardLimitInMb", "", "HDHard", "hdHard", "hdHardLimitInMb"),
    ),
    "machines": (("vmsSoft",), ("vmsHard",)),
    "networks": (("vlansSoft", "", "vlanSoft"), ("vlansHard", "", "vlanHard")),
    "public_ips": (("publicIpsSoft", "", "ipSoft"), ("publicIpsHard", "", "ipHard")),
    "volumes_mib": (
        ("storageSoftInMb", "", "volSoft", "storageSoft"),
        ("storageHardInMb", "", "volHard", "storageHard"),
    ),
    "repository_mib": (
        ("repositorySoftInMb", "", "repositorySoft"),
        ("repositoryHardInMb", "", "repositoryHard"),
    ),
}


def _field(column: str, names: tuple[str, ...]) -> Field:
    current, *others = names
    older, *also = others or ("",)
    return integer(current, source=column, older=older, also=tuple(also), writes=column, least=0)


def _fields(*resources: str) -> tuple[Field, ...]:
    return tuple(
        _field(f"{resource}_{strength}", names)
        for resource in resources
        for strength, names in zip(("soft", "hard"), NAMES[resource], strict=True)
    )


LIMIT_FIELDS = _fields(*(resource for resource in NAMES if resource != "repository_mib"))
REPOSITORY_FIELDS = _fields("repository_mib")
