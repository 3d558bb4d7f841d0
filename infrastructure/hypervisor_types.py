"""The hypervisor families and the public cloud providers we have words for. Data, no queries.

That a provider stands here says that credentials for it may be kept, not that a driver for it exists.
"""

from dataclasses import dataclass

from contracts.vocabulary import HypervisorType


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """``formats`` are disk formats in words of the REST dialect, the one it likes best first."""

    name: str
    title: str
    formats: tuple[str, ...]
    public: bool = False


_FLAT_AND_SPARSE = ("VHD_FLAT", "VHD_SPARSE")
_KNOWN = (
    TypeFacts(
        HypervisorType.KVM,
        "KVM",
        ("QCOW2_SPARSE", "QCOW2_FLAT", "RAW", "VMDK_SPARSE", "VMDK_FLAT", *_FLAT_AND_SPARSE),
    ),
    TypeFacts(HypervisorType.VMX_04, "ESXi", ("VMDK_FLAT", "VMDK_SPARSE", "VMDK_STREAM_OPTIMIZED")),
    TypeFacts(HypervisorType.XENSERVER, "Xen Server", ("VHD_SPARSE", "VHD_FLAT")),
    TypeFacts(HypervisorType.HYPERV_301, "Hyper-V", ("VHD_SPARSE", "VHD_FLAT", "VHDX_FLAT", "VHDX_SPARSE")),
    TypeFacts(
        HypervisorType.VBOX, "Virtual Box", ("VDI_FLAT", "VDI_SPARSE", "VMDK_SPARSE", *_FLAT_AND_SPARSE)
    ),
    TypeFacts("AMAZON", "Amazon Web Services", ("AMI",), public=True),
    TypeFacts("azurecompute-arm", "Microsoft Azure", ("VHD_FLAT",), public=True),
    TypeFacts("google-compute-engine", "Google Compute Engine", ("RAW",), public=True),
    TypeFacts("openstack-nova", "OpenStack", ("QCOW2_SPARSE", "RAW"), public=True),
    TypeFacts("digitalocean2", "DigitalOcean", ("RAW",), public=True),
)
TYPES: dict[str, TypeFacts] = {str(each.name): each for each in _KNOWN}
PROVIDERS: dict[str, str] = {each.name: each.title for each in _KNOWN if each.public}
