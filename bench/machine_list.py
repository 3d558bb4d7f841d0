"""The list of very many machines: REST and page, first and last, beside a plain DRF list of the same rows."""

import statistics
from dataclasses import dataclass, replace

from bench.browser import session_cookie
from bench.client import Client
from bench.result import Figure, Result
from bench.rows import many_tenants
from bench.sizes import Sizes
from bench.stack import Stack
from bench.world import client_of, make_world

OK = 200
ASKING_TENANTS = 5
LIST = "/api/cloud/virtualmachines?limit=50"
WARM_UP = 30


@dataclass(frozen=True)
class Cost:
    """Of one request: CPU-milliseconds of the web process and of MariaDB and Redis, median wall, size."""

    app_ms: float
    database_ms: float
    wall_ms: float
    size_bytes: int

    @property
    def cpu_ms(self) -> float:
        return self.app_ms + self.database_ms

    def row(self, name: str) -> list[str]:
        numbers = (self.cpu_ms, self.app_ms, self.database_ms, self.wall_ms)
        return [name, *(f"{number:.2f}" for number in numbers), f"{self.size_bytes:,}"]


def measure(stack: Stack, sizes: Sizes) -> Result:
    """Tenants ask for their own machines; the provider's administrator sees all of them."""
    world = make_world(stack, driver="fake", uri=f"fake://{stack.directory}/host")
    users = many_tenants(world, sizes.enterprises, sizes.machines_each)
    stack.manage("collectstatic", "--no-input", "--verbosity", "0")
    stack.start_web()
    tenants = [client_of(stack, user) for user in users[:: max(len(users) // ASKING_TENANTS, 1)]]
    admin = [client_of(stack, world.cloud_admin)]
    browsers = [
        Client(stack.web_port, Cookie=session_cookie(user))
        for user in users[:: max(len(users) // ASKING_TENANTS, 1)]
    ]
    last = next(link["href"] for link in admin[0].get(LIST).json()["links"] if link["rel"] == "last")
    last = last[last.index("/api/") :]
    costs = {
        "REST, a tenant's first 50": _cost(stack, tenants, LIST, sizes),
        "REST, a tenant's last 50": _cost(
            stack, tenants, f"{LIST}&startwith={sizes.machines_each - 50}", sizes
        ),
        "REST, first 50 of all": _cost(stack, admin, LIST, sizes),
        "REST, last 50 of all": _cost(stack, admin, last, sizes),
        "page, a tenant's first 50": _cost(stack, browsers, "/machines/", sizes),
    }
    stack.stop_web()
    stack.start_web(settings="bench.plain_settings")
    for client in tenants:
        client.close()
    # Fewer, so that the run ends before the remembered credentials do.
    fewer = replace(sizes, requests=sizes.requests // 3)
    costs["plain DRF, a tenant's first 50"] = _cost(stack, tenants, "/machines?limit=50", fewer)
    return _report(sizes, costs)


def _cost(stack: Stack, clients: list[Client], path: str, sizes: Sizes) -> Cost:
    for number in range(max(WARM_UP, len(clients))):
        answer = clients[number % len(clients)].get(path)
        if answer.status != OK:
            raise RuntimeError(f"{path}: {answer.status} {answer.body[:500]!r}")
    stack.accounts.open()
    answers = [clients[number % len(clients)].get(path) for number in range(sizes.requests)]
    spent = stack.accounts.spent()
    return Cost(
        app_ms=1000 * spent["web"] / len(answers),
        database_ms=1000 * (spent["MariaDB"] + spent["Redis"]) / len(answers),
        wall_ms=1000 * statistics.median(answer.seconds for answer in answers),
        size_bytes=len(answers[-1].body),
    )


def _report(sizes: Sizes, costs: dict[str, Cost]) -> Result:
    first, page = costs["REST, a tenant's first 50"], costs["page, a tenant's first 50"]
    all_first, all_last = costs["REST, first 50 of all"], costs["REST, last 50 of all"]
    plain = costs["plain DRF, a tenant's first 50"]
    machines = sizes.enterprises * sizes.machines_each
    figures = [
        Figure("REST list of 50: CPU of app and database", first.cpu_ms, "ms", 3),
        Figure("page of 50: CPU of app and database", page.cpu_ms, "ms", 15),
        Figure(
            f"last page of {machines:,} against the first (CPU)", all_last.cpu_ms / all_first.cpu_ms, "x", 1.2
        ),
        Figure("last page of a tenant's against the first (CPU)", _ratio(costs, "a tenant's"), "x", 1.2),
        Figure("plain DRF list of the same 50: CPU of app and database", plain.cpu_ms, "ms"),
        Figure("plain DRF against ours", plain.cpu_ms / first.cpu_ms, "x"),
    ]
    notes = [
        f"{machines:,} machines in {sizes.enterprises:,} enterprises, each with disk, NIC and address; "
        f"{sizes.requests} requests each, one at a time, by {ASKING_TENANTS} tenants in turn, HTTP Basic.",
        "Ours carries the dialect's links (about thirty for each machine), plain DRF no links. Numbers of "
        "queries are pinned in tests/api/query_counts.json.",
    ]
    header = ["request", "CPU ms", "app ms", "database ms", "wall ms", "bytes"]
    rows = [cost.row(name) for name, cost in costs.items()]
    return Result("Machine list", figures, notes, [("Cost of one request", header, rows)])


def _ratio(costs: dict[str, Cost], whose: str) -> float:
    return costs[f"REST, {whose} last 50"].cpu_ms / costs[f"REST, {whose} first 50"].cpu_ms
