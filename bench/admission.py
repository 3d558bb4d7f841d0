"""Admissions: that a limit holds exactly under 40 requests at once, and how many a second are admitted."""

import statistics
import time
from collections import Counter
from typing import Any

from bench.admission_limits import measure_limits
from bench.posting import ACCEPTED, CLIENTS, REFUSED, post_all
from bench.result import Figure, Result
from bench.sizes import Sizes
from bench.stack import Stack
from bench.world import make_world, new_machines

LIMIT = 10
AT_ONCE = 40


def measure(stack: Stack, sizes: Sizes) -> Result:
    """Only web server, MariaDB, RabbitMQ and Redis run; the commands wait in their queue."""
    world = make_world(stack, driver="fake", uri=f"fake://{stack.directory}/host")
    stack.start_web()
    limited = new_machines(world, AT_ONCE, "limited", machines_soft=LIMIT, machines_hard=LIMIT)
    shared = new_machines(world, sizes.admissions // 2, "shared")
    apart = _apart(world, sizes.admissions // 2)
    post_all(stack, world.user, new_machines(world, 2 * CLIENTS, "warm-up"))
    race = post_all(stack, world.user, limited, clients=AT_ONCE)
    outcomes = Counter(answer.status for answer in race)
    one_row, many_rows = _speed(stack, world, shared), _speed(stack, world, apart)
    refusals = [1000 * answer.seconds for answer in race if answer.status == REFUSED]
    figures = [
        Figure(
            f"accepted of {AT_ONCE} at once against a limit of {LIMIT}",
            outcomes[ACCEPTED],
            "",
            LIMIT,
            exact=True,
        ),
        Figure("refused at once", outcomes[REFUSED], "", AT_ONCE - LIMIT, exact=True),
        Figure("time to a refusal, median, all 40 at once", statistics.median(refusals or [0]), "ms"),
        Figure(f"admissions, {CLIENTS} clients, one virtual datacenter", one_row[0], "/s"),
        Figure(f"admissions, {CLIENTS} clients, a virtual datacenter each", many_rows[0], "/s"),
        Figure("POST deploy with 32 clients, median", one_row[1], "ms"),
        Figure("POST deploy with 32 clients, p99", one_row[2], "ms"),
        Figure("CPU per admission (web, MariaDB, RabbitMQ, Redis)", one_row[3], "ms"),
    ]
    figures += measure_limits(stack, sizes, world)
    notes = [
        f"Outcomes of the race: {dict(outcomes)}. {sizes.admissions // 2} admissions in each speed run, "
        "through REST with HTTP Basic; one web worker with four threads; nothing takes the commands.",
    ]
    return Result("Admission", figures, notes)


def _apart(world: Any, count: int) -> list[Any]:
    each = max(count // CLIENTS, 1)
    by_datacenter = [new_machines(world, each, f"apart-{number}") for number in range(CLIENTS)]
    return [machine for row in zip(*by_datacenter, strict=True) for machine in row]


def _speed(stack: Stack, world: Any, machines: list[Any]) -> tuple[float, float, float, float]:
    """Admissions a second, median and p99 of the request in ms, CPU-ms each. Raises RuntimeError."""
    stack.accounts.open()
    began = time.perf_counter()
    answers = post_all(stack, world.user, machines)
    elapsed = time.perf_counter() - began
    cpu = sum(stack.accounts.spent().values())
    if any(answer.status != ACCEPTED for answer in answers):
        raise RuntimeError(f"not all were admitted: {Counter(answer.status for answer in answers)}")
    walls = sorted(1000 * answer.seconds for answer in answers)
    return (
        len(machines) / elapsed,
        statistics.median(walls),
        walls[int(0.99 * len(walls))],
        1000 * cpu / len(machines),
    )
