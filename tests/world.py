"""A small world for tests of the server: a provider, two tenants with users, one datacenter with a host."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from billing.services import set_standard_prices
from catalogue.services import register_template
from compute.services import create_virtual_appliance, create_virtual_datacenter, create_virtual_machine
from infrastructure.services import (
    add_datastore,
    create_datacenter,
    create_rack,
    open_to,
    register_host,
    register_remote_service,
)
from tenants.services import create_enterprise, create_user, load_privileges, load_scope

PASSWORD = "correct horse battery staple"
MIB = 1024 * 1024


@dataclass
class World:
    """Made on demand: what a test does not ask for does not exist. The host's sizes are given at first."""

    host_vcpus: int = 16
    host_memory_mib: int = 16384
    datastore_mib: int = 102400
    driver: str = "fake"
    host_uri: str = "fake:///nowhere"
    datastore_path: str = "/nowhere"
    identity: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def roles(self):
        return load_privileges()

    @cached_property
    def provider(self):
        return create_enterprise(actor=None, name="Provider", is_provider=True)

    @cached_property
    def acme(self):
        return self._tenant("Acme")

    @cached_property
    def rival(self):
        return self._tenant("Rival")

    @cached_property
    def cloud_admin(self):
        return self._user("root", self.provider, "CLOUD_ADMIN")

    @cached_property
    def admin(self):
        return self._user("anna", self.acme, "ENTERPRISE_ADMIN")

    @cached_property
    def user(self):
        return self._user("ulf", self.acme, "USER")

    @cached_property
    def viewer(self):
        return self._user("vera", self.acme, "ENTERPRISE_VIEWER")

    @cached_property
    def rival_admin(self):
        return self._user("rita", self.rival, "ENTERPRISE_ADMIN")

    @cached_property
    def datacenter(self):
        datacenter = create_datacenter(actor=None, name="North", **self.identity)
        for service in ("VIRTUAL_FACTORY", "APPLIANCE_MANAGER", "DHCP_SERVICE", "VIRTUAL_SYSTEM_MONITOR"):
            register_remote_service(actor=None, datacenter=datacenter, type=service)
        return datacenter

    @cached_property
    def rack(self):
        return create_rack(actor=None, datacenter=self.datacenter, name="A1")

    @cached_property
    def host(self):
        return self.add_host("host-1", self.host_uri)

    @cached_property
    def template(self):
        set_standard_prices(vcpu_hour="0.01", memory_gib_hour="0.005", disk_gib_hour="0.0001")
        return register_template(
            actor=None,
            enterprise=self.provider,
            datacenter=self.datacenter,
            name="Tiny",
            memory_mib=128,
            shared=True,
            disk={
                "path": "tiny.qcow2",
                "format": "qcow2",
                "file_size_bytes": 16 * MIB,
                "virtual_size_bytes": 40 * MIB,
            },
        )

    @cached_property
    def vdc(self):
        return self.virtual_datacenter(self.admin)

    @cached_property
    def appliance(self):
        return create_virtual_appliance(actor=self.admin, virtual_datacenter=self.vdc, name="Shop")

    @cached_property
    def machine(self):
        return self.new_machine("web")

    def add_host(self, name: str, uri: str, **fields: Any):
        size = {"vcpus": self.host_vcpus, "memory_mib": self.host_memory_mib} | fields
        host = register_host(
            actor=None, rack=self.rack, name=name, hypervisor_type="KVM", driver=self.driver, uri=uri, **size
        )
        add_datastore(
            actor=None,
            host=host,
            name=f"local of {name}",
            path=self.datastore_path,
            size_mib=self.datastore_mib,
        )
        return host

    def virtual_datacenter(self, admin, name: str = "Production", **limits: int):
        return create_virtual_datacenter(
            actor=admin, enterprise=admin.enterprise, datacenter=self.datacenter, name=name,
            hypervisor_type="KVM", **limits,
        )  # fmt: skip

    def new_machine(self, name: str, actor=None, appliance=None, **options: Any):
        self.host  # noqa: B018  a world with machines has a host
        return create_virtual_machine(
            actor=actor or self.user, virtual_appliance=appliance or self.appliance, template=self.template,
            name=name, **options,
        )  # fmt: skip

    def rival_machine(self, name: str = "theirs"):
        vdc = self.virtual_datacenter(self.rival_admin, "Theirs")
        appliance = create_virtual_appliance(actor=self.rival_admin, virtual_datacenter=vdc, name="Theirs")
        return self.new_machine(name, actor=self.rival_admin, appliance=appliance)

    def _tenant(self, name: str):
        enterprise = create_enterprise(actor=None, name=name)
        open_to(actor=None, datacenter=self.datacenter, enterprise=enterprise)
        return enterprise

    def _user(self, nick: str, enterprise, role: str):
        return create_user(
            actor=None, enterprise=enterprise, role=self.roles[role], nick=nick, password=PASSWORD,
            email=f"{nick}@example.invalid",
            scope=load_scope("Unlimited", unlimited=True) if role == "CLOUD_ADMIN" else None,
        )  # fmt: skip
