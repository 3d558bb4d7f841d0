"""A tenant under limits of three levels, and everything that may be asked of it, many things at once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, connections
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from compute.models import VirtualAppliance, VirtualDatacenter, VirtualMachine
from compute.services import (
    create_virtual_appliance,
    create_virtual_datacenter,
    create_virtual_machine,
    delete_virtual_appliance,
    delete_virtual_datacenter,
    delete_virtual_machine,
    deploy,
    perform,
    update_virtual_datacenter,
    update_virtual_machine,
)
from compute.services.verification import verify_usage
from core.errors import DomainError
from infrastructure.models import LocationLimit
from infrastructure.services import change_location_limit, open_to
from networking.models import Network
from networking.services import add_private_network, delete_private_network
from tenants.limits.force import Force
from tenants.models import Enterprise
from tenants.services import create_enterprise, create_user, update_enterprise
from tests.compute.test_admission_mix import passed

THREADS = 16
FIRST_LIMITS = {
    f"{name}_{kind}": most for name, most in (("vcpus", 10), ("machines", 6)) for kind in ("soft", "hard")
}
CHANGED = ("vcpus", "machines", "memory_mib", "networks")
Asked = tuple[str, int, int]
done: Counter[str] = Counter()


class Tenant:
    """Its doings take two numbers that choose among what there is. Rows may be gone: that is part of it."""

    def __init__(self, world: Any, number: int):
        self.world, self.number = world, number
        self.acme = create_enterprise(actor=None, name=f"Tenant {number}", **FIRST_LIMITS)
        open_to(actor=None, datacenter=world.datacenter, enterprise=self.acme)
        self.admin = create_user(
            actor=None, enterprise=self.acme, role=world.roles["ENTERPRISE_ADMIN"], nick=f"admin-{number}",
            password="Not-asked-for-1",
        )  # fmt: skip
        for each in (0, 1):
            self.new_datacenter(each, 0)
        for each in range(6):
            self.new_machine(each, each)

    def new_datacenter(self, first: int, _second: int) -> None:
        vdc = create_virtual_datacenter(
            actor=self.admin, enterprise=self.acme, datacenter=self.world.datacenter, name=f"vdc {first}",
            hypervisor_type="KVM", machines_soft=3, machines_hard=5,
        )  # fmt: skip
        create_virtual_appliance(actor=self.admin, virtual_datacenter=vdc, name=f"app {first}")

    def drop_datacenter(self, first: int, _second: int) -> None:
        vdc = self._one(VirtualDatacenter, first)
        for appliance in vdc.virtual_appliances.all():
            delete_virtual_appliance(actor=self.admin, virtual_appliance=appliance)
        delete_virtual_datacenter(actor=self.admin, virtual_datacenter=vdc)

    def new_machine(self, first: int, second: int) -> None:
        create_virtual_machine(
            actor=self.admin, virtual_appliance=self._one(VirtualAppliance, first),
            template=self.world.template, name=f"m{first}-{second}", vcpus=1 + second % 4,
        )  # fmt: skip

    def drop_machine(self, first: int, _second: int) -> None:
        delete_virtual_machine(actor=self.admin, machine_id=self._one(VirtualMachine, first).pk)

    def deploy(self, first: int, second: int) -> None:
        passing = Force("sale", timezone.now() + timedelta(days=1)) if second % 3 == 1 else second % 3 == 0
        deploy(actor=self.admin, machine_id=self._one(VirtualMachine, first).pk, force=passing)

    def undeploy(self, first: int, _second: int) -> None:
        machine = self._one(VirtualMachine, first)
        perform(actor=self.admin, machine_id=machine.pk, action_name="undeploy")

    def resize(self, first: int, second: int) -> None:
        machine = self._one(VirtualMachine, first)
        update_virtual_machine(actor=self.admin, machine_id=machine.pk, force=True, vcpus=1 + second % 6)

    def new_network(self, first: int, second: int) -> None:
        add_private_network(
            actor=self.admin, virtual_datacenter=self._one(VirtualDatacenter, first), name=f"n{second}",
            address=f"10.{1 + second % 250}.0.0", prefix_length=24, force=True,
        )  # fmt: skip

    def drop_network(self, first: int, _second: int) -> None:
        delete_private_network(actor=self.admin, network=self._one(Network, first))

    def limit_datacenter(self, first: int, second: int) -> None:
        vdc = self._one(VirtualDatacenter, first)
        update_virtual_datacenter(actor=self.admin, virtual_datacenter=vdc, **_limits(first, second))

    def limit_location(self, first: int, second: int) -> None:
        change_location_limit(
            actor=self.world.cloud_admin, location_limit=LocationLimit.objects.get(enterprise=self.acme),
            **_limits(first, second),
        )  # fmt: skip

    def limit_enterprise(self, first: int, second: int) -> None:
        enterprise = Enterprise.objects.get(pk=self.acme.pk)
        update_enterprise(actor=self.world.cloud_admin, enterprise=enterprise, **_limits(first, second))

    def _one(self, model: Any, number: int) -> Any:
        rows = model.objects.filter(enterprise_id=self.acme.pk).order_by("id")
        return rows[number % max(rows.count(), 1) :][:1].get()


DOINGS: dict[str, Callable[[Tenant, int, int], None]] = {
    name: method for name, method in vars(Tenant).items() if not name.startswith("_")
}
NUMBER = st.integers(0, 29)
ONE = st.tuples(st.sampled_from([*DOINGS, *["deploy"] * 8, *["resize", "undeploy"] * 2]), NUMBER, NUMBER)


def machine_for(world: Any, datacenter: Any) -> type[RuleBasedStateMachine]:
    """The state machine whose tenants live in this world."""

    class Limits(RuleBasedStateMachine):
        @initialize()
        def new_tenant(self) -> None:
            cache.clear()
            self.tenant = Tenant(world, Enterprise.objects.count())

        @rule(asked=st.lists(ONE, min_size=THREADS, max_size=2 * THREADS), work_first=st.booleans())
        def ask_all_at_once(self, asked: list[Asked], work_first: bool) -> None:
            if work_first:
                datacenter.work()
            with ThreadPoolExecutor(1 if connection.vendor == "sqlite" else THREADS) as pool:
                done.update(pool.map(lambda each: _attempt(self.tenant, each), asked))

        @invariant()
        def no_hard_limit_is_passed(self) -> None:
            tenant = getattr(self, "tenant", None)
            assert tenant is None or passed(SimpleNamespace(acme=tenant.acme)) == []

        @invariant()
        def usage_is_what_the_rows_say(self) -> None:
            tenant = getattr(self, "tenant", None)
            assert tenant is None or verify_usage([tenant.acme.pk]).differences == ()

        def teardown(self) -> None:
            datacenter.work()

    return Limits


def _attempt(tenant: Tenant, asked: Asked) -> str:
    name, first, second = asked
    try:
        DOINGS[name](tenant, first, second)
    except DomainError as error:
        return error.code
    except ObjectDoesNotExist:
        return "gone"
    finally:
        connections.close_all()
    return name


def _limits(first: int, second: int) -> dict[str, int]:
    resource, hard = CHANGED[first % len(CHANGED)], 2 + second % 14
    hard *= 128 if resource == "memory_mib" else 1
    return {f"{resource}_soft": max(1, hard // 2), f"{resource}_hard": hard}
