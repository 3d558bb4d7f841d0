"""Whatever is asked of a tenant, in whatever order and however much at once: hard limits hold, and usage is
what its rows say. MariaDB runs sixteen at once, SQLite one after the other."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.tenants.limit_machine import done, machine_for

TENANTS, STEPS = 4, 6


@pytest.mark.timeout(600)
def test_no_sequence_of_requests_passes_a_hard_limit_or_leaves_usage_unlike_its_rows(world, datacenter):
    assert world.cloud_admin and world.host and world.template
    once = settings(
        max_examples=TENANTS, stateful_step_count=STEPS, derandomize=True, database=None, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    run_state_machine_as_test(machine_for(world, datacenter), settings=once)

    assert {"deploy", "resize", "drop_machine", "LIMITS_EXCEEDED", "SOFT_LIMIT_EXCEEDED"} <= done.keys(), done
