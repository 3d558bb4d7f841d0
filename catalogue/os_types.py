"""The operating systems templates may hold, by their names in the REST dialect, and their families."""

OS_TYPES = frozenset({
    "CENTOS", "CENTOS_64", "DEBIAN", "DEBIAN_64", "ECOMSTATION_32", "ESXI", "FREEBSD", "FREEBSD_64",
    "LINUX", "LINUX_2_4", "LINUX_2_4_64", "LINUX_2_6", "LINUX_2_6_64", "LINUX_64", "MACOS", "MANDRIVA",
    "MANDRIVA_64", "NETBSD", "NOT_APPLICABLE", "NOVELL_OES", "OPENBSD", "ORACLE_ENTERPRISE_LINUX",
    "ORACLE_ENTERPRISE_LINUX_64", "OTHER", "OTHER_64", "RHEL", "RHEL_64", "SLES", "SLES_64", "SOLARIS",
    "SOLARIS_64", "SUSE", "SUSE_64", "TURBOLINUX", "TURBOLINUX_64", "UBUNTU", "UBUNTU_64",
    "UNRECOGNIZED", "WINDOWS", "WINDOWS_7", "WINDOWS_8", "WINDOWS_8_64", "WINDOWS_SERVER_2003",
    "WINDOWS_SERVER_2003_64", "WINDOWS_SERVER_2008", "WINDOWS_SERVER_2008_64", "WINDOWS_SERVER_2008_R2",
    "WINDOWS_SERVER_2011", "WINDOWS_SERVER_2012",
})  # fmt: skip
_LINUX = ("LINUX", "DEBIAN", "UBUNTU", "CENTOS", "RHEL", "SUSE", "SLES", "MANDRIVA", "NOVELL")
FAMILIES = {
    "linux": tuple(sorted(name for name in OS_TYPES if any(part in name for part in _LINUX))),
    "windows": tuple(sorted(name for name in OS_TYPES if name.startswith("WINDOWS"))),
    "bsd": tuple(sorted(name for name in OS_TYPES if "BSD" in name)),
}
FAMILIES["other"] = tuple(sorted(OS_TYPES.difference(*FAMILIES.values())))


def in_words(os_type: str) -> str:
    """The name as people write it: ``DEBIAN_64`` is *Debian (64 bit)*."""
    name, is_64 = os_type.removesuffix("_64"), os_type.endswith("_64")
    words = " ".join(_WORDS.get(part, part.capitalize()) for part in name.split("_"))
    for spelled in ("2 4", "2 6"):
        words = words.replace(spelled, spelled.replace(" ", "."))
    return f"{words} (64 bit)" if is_64 else words


_WORDS = {
    "MACOS": "macOS", "FREEBSD": "FreeBSD", "NETBSD": "NetBSD", "OPENBSD": "OpenBSD", "RHEL": "RHEL",
    "SUSE": "SUSE", "SLES": "SLES", "OES": "OES", "CENTOS": "CentOS", "ESXI": "ESXi", "R2": "R2",
    "ECOMSTATION": "eComStation", "TURBOLINUX": "Turbolinux",
}  # fmt: skip
