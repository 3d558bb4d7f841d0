"""That an enterprise may use a location does not make the location its administrators' own."""

import pytest

from infrastructure.services import (
    add_remote_service,
    create_rack,
    delete_datacenter,
    update_datacenter,
)
from tenants.services import load_scope
from tests.tenants.people import colleague
from tests.tenants.refusing import refusal

MANAGING = ("PHYS_DC_ENUMERATE", "PHYS_DC_MANAGE", "PHYS_DC_ALLOW_MODIFY_SERVERS")
CHANGES = (
    (update_datacenter, {"name": "Ours"}),
    (create_rack, {"name": "Z9"}),
    (add_remote_service, {"type": "BPM_SERVICE"}),
    (delete_datacenter, {}),
)


@pytest.mark.parametrize("within", [True, False])
def test_a_location_is_changed_by_those_whose_scope_has_it(world, within):
    scope = load_scope("Acme's", enterprises=(world.acme,))
    if within:
        world.datacenter.scopes.add(scope)
    boss = colleague(world, "boss", *MANAGING, scope=scope)

    refusals = [
        refusal(change, actor=boss, datacenter=world.datacenter, **values) for change, values in CHANGES
    ]

    assert refusals == [""] * 4 if within else ["GEN-4"] * 4
