"""A real machine on real QEMU, through REST, RabbitMQ quorum queues and MariaDB."""

import pytest

pytestmark = [pytest.mark.server, pytest.mark.hypervisor, pytest.mark.slow]


def test_a_machine_is_deployed_answers_http_is_stopped_started_and_leaves_nothing(stack, tenant):
    machine = tenant.create("web")

    assert tenant.run(machine, "deploy") == "FINISHED_SUCCESSFULLY"
    assert tenant.state(machine) == "ON"
    (ip,) = [row[0] for row in stack.rows("SELECT ip FROM networking_addresslease")]
    stack.wait_until(
        lambda: stack.host.enter("busybox", "wget", "-qO-", f"http://{ip}/").stdout, 90, "a page of the guest"
    )

    assert tenant.run(machine, "undeploy") == "FINISHED_SUCCESSFULLY"
    assert tenant.state(machine) == "NOT_ALLOCATED"
    assert list(stack.host.datastore_dir.iterdir()) == []
    assert "atr" not in stack.host.enter("ip", "-o", "link").stdout
