"""QEMU/KVM, and libvirt's own test hypervisor, through libvirt."""

from remote_services.drivers.libvirt.driver import LibvirtDriver, open_libvirt

__all__ = ["LibvirtDriver", "open_libvirt"]
