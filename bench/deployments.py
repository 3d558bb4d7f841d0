"""Deployments through the whole product against the same calls in a bare loop; idle ones for latency."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import local
from typing import Any

from bench import bare
from bench.accounting import TOOLS
from bench.result import Figure, Result
from bench.sizes import Sizes
from bench.stack import Stack
from bench.world import Deployments, client_of, deploy_path, make_world, new_machines

CONCURRENCY = 10
ACCEPTED = 202
SECONDS_EACH = 2.0
HOST_WORK = ("libvirtd", "dnsmasq", TOOLS)
_of_this_thread = local()


@dataclass(frozen=True)
class Run:
    """CPU-seconds by role and wall seconds from accepting the first to the last one's end."""

    count: int
    cpu: dict[str, float]
    wall_seconds: float
    accept_seconds: list[float]

    @property
    def cpu_ms_each(self) -> float:
        """Of the product and its servers; what the host's own programs used is counted apart."""
        return 1000 * sum(used for role, used in self.cpu.items() if role not in HOST_WORK) / self.count

    @property
    def host_cpu_ms_each(self) -> float:
        return 1000 * sum(self.cpu.get(role, 0) for role in HOST_WORK) / self.count


def measure_hundred(stack: Stack, sizes: Sizes) -> Result:
    """A batch on an empty host, then the same on a host that holds many."""
    bench = _Bench(stack)
    alone = bare.measure(stack, sizes.batch)
    bench.start()
    bench.batch(sizes.warm_up, "warm-up")
    first = [bench.batch(sizes.batch, f"first-{number}") for number in range(sizes.rounds)]
    held = sizes.warm_up + sizes.rounds * sizes.batch
    while held < sizes.held:
        more = min(sizes.batch, sizes.held - held)
        bench.batch(more, f"fill-{held}")
        held += more
    second = [bench.batch(sizes.batch, f"second-{number}") for number in range(sizes.rounds)]
    return _report(sizes, alone, first, second)


def measure_idle(stack: Stack, sizes: Sizes) -> Result:
    """One deployment at a time on an idle installation."""
    bench = _Bench(stack)
    alone = bare.measure(stack, sizes.batch)
    bench.start()
    machines = new_machines(bench.world, sizes.singles + sizes.warm_up, "single")
    walls = []
    for machine in machines:
        began = time.perf_counter()
        bench.deploy(machine)
        ended = bench.deployments.wait_for([machine.id], 30)[machine.id]
        walls.append(ended - began)
        time.sleep(0.2)
    walls = sorted(walls[sizes.warm_up :])
    median = 1000 * statistics.median(walls)
    return Result(
        "One deployment on an idle installation",
        [
            Figure(
                "above the same four handlers in a bare loop, median",
                median - 1000 * alone.all_wall,
                "ms",
                30,
                15,
            ),
            Figure("from the request to ON, median", median, "ms"),
            Figure("from the request to ON, p95", 1000 * walls[int(len(walls) * 0.95)], "ms"),
            Figure("the same four handlers in a bare loop, median", 1000 * alone.all_wall, "ms"),
            Figure(
                "the driver's define and start alone in a bare loop, median", 1000 * alone.driver_wall, "ms"
            ),
        ],
        [f"{len(walls)} deployments, one after the other, 0.2 s between them."],
    )


class _Bench:
    """The stack with its world and all its processes."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.world = make_world(stack, driver="libvirt", uri=stack.simulated_host_uri)
        self.deployments = Deployments(stack.redis.url)

    def start(self) -> None:
        self.stack.start_web()
        self.stack.start_server_workers()
        self.stack.start_datacenter()

    def deploy(self, machine: Any) -> float:
        """Ask for a deployment; seconds until it was accepted. Raises RuntimeError when it was refused."""
        client = getattr(_of_this_thread, "client", None)
        if client is None:
            client = _of_this_thread.client = client_of(self.stack, self.world.user)
        answer = client.post(deploy_path(machine))
        if answer.status != ACCEPTED:
            raise RuntimeError(f"{answer.status}: {answer.body.decode()}")
        return answer.seconds

    def batch(self, count: int, name: str) -> Run:
        machines = new_machines(self.world, count, name)
        with ThreadPoolExecutor(CONCURRENCY) as pool:
            self.stack.accounts.open()
            began = time.perf_counter()
            accepted = list(pool.map(self.deploy, machines))
            ended = self.deployments.wait_for([m.id for m in machines], 30 + SECONDS_EACH * count)
            wall_seconds = max(ended.values()) - began - accepted[0]
        # What the ends left behind (acknowledgements, observations) belongs to the batch.
        time.sleep(1.0)
        return Run(count, self.stack.accounts.spent(), wall_seconds, accepted)


def _report(sizes: Sizes, alone: bare.BareLoop, first: list[Run], second: list[Run]) -> Result:
    cpu, later = (statistics.median(run.cpu_ms_each for run in runs) for runs in (first, second))
    host = statistics.median(run.host_cpu_ms_each for run in first)
    wall = statistics.median(run.wall_seconds for run in first)
    accepts = sorted(seconds for run in first for seconds in run.accept_seconds)
    bare_cpu, bare_driver = 1000 * alone.all_cpu, 1000 * alone.driver_cpu
    figures = [
        Figure(
            "CPU per deployment: server, workers, remote services, MariaDB, RabbitMQ, Redis",
            cpu,
            "ms",
            40,
            20,
        ),
        Figure(f"wall from accepting the first of {sizes.batch} to the last one's end", wall, "s", 4, 2),
        Figure(f"CPU on a host holding {sizes.held} against the first", later / cpu, "x", 1.05),
        Figure("CPU of the host's own programs (qemu-img, ip, dnsmasq, libvirtd) per deployment", host, "ms"),
        Figure("CPU of everything per deployment", cpu + host, "ms"),
        Figure(
            "bare loop: CPU of the driver's define and start per machine, libvirtd included",
            bare_driver,
            "ms",
        ),
        Figure("bare loop: CPU of all four handlers per machine, host's programs included", bare_cpu, "ms"),
        Figure("everything against the bare loop of all four handlers", (cpu + host) / bare_cpu, "x"),
        Figure("POST deploy at concurrency 10, median", 1000 * statistics.median(accepts), "ms"),
        Figure("POST deploy at concurrency 10, p95", 1000 * accepts[int(len(accepts) * 0.95)], "ms"),
    ]
    rows = [
        [
            role,
            *(
                f"{1000 * statistics.median(r.cpu.get(role, 0) / r.count for r in runs):.1f}"
                for runs in (first, second)
            ),
        ]
        for role in first[0].cpu
    ]
    notes = [
        f"Concurrency {CONCURRENCY}; medians of {len(first)} batches of {sizes.batch} on an empty host and "
        f"{len(second)} on one that holds {sizes.held}; each batch in a virtual datacenter of its "
        "own.",
        "Every step is real: qcow2 overlay by qemu-img, bridge and reservation by ip and dnsmasq in the "
        "host's namespace, define and start on libvirt's test driver through libvirtd; the system "
        "monitor listens.",
    ]
    return Result(
        f"{sizes.batch} deployments", figures, notes,
        [("CPU-milliseconds per deployment by role", ["role", "empty host", f"holding {sizes.held}"], rows)],
    )  # fmt: skip
