"""Many clients at once that post deployments."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from bench.client import Answer
from bench.stack import Stack
from bench.world import client_of, deploy_path

CLIENTS = 32
ACCEPTED, REFUSED = 202, 409


def post_all(stack: Stack, user: Any, machines: list[Any], clients: int = CLIENTS) -> list[Answer]:
    """Each client posts its share, all beginning at the same moment."""
    together = Barrier(clients)

    def run(share: list[Any]) -> list[Answer]:
        client = client_of(stack, user)
        client.get("/api/version")
        together.wait()
        return [client.post(deploy_path(machine)) for machine in share]

    with ThreadPoolExecutor(clients) as pool:
        shares = list(pool.map(run, [machines[number::clients] for number in range(clients)]))
    return [answer for share in shares for answer in share]
