"""How much each benchmark does: the full size of the report, and a small one to see that it runs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    batch: int = 100
    held: int = 1000
    warm_up: int = 20
    rounds: int = 3
    singles: int = 50
    enterprises: int = 1000
    machines_each: int = 100
    requests: int = 300
    admissions: int = 2000
    changes: int = 200
    limited: int = 100
    roles: int = 2000
    depth: int = 6
    upload_mib: int = 2048
    conversion_mib: int = 1024
    conversion_rounds: int = 3


SMALL = Sizes(
    batch=20, held=60, warm_up=5, rounds=1, singles=10, enterprises=20, machines_each=100, requests=40,
    admissions=200, changes=30, limited=20, roles=50, upload_mib=128,
    conversion_mib=64, conversion_rounds=1,
)  # fmt: skip
FULL = Sizes()
