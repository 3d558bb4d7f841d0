"""Which of the fitting hosts is best. Source of the score: the published load-balance rules,
``±((free CPU / 1 + free MiB / 512) × 100 / 2)``."""

from enum import StrEnum

from compute.placement.model import HostRoom


class Policy(StrEnum):
    """PROGRESSIVE fills hosts one after the other, PERFORMANCE spreads machines."""

    PROGRESSIVE = "PROGRESSIVE"
    PERFORMANCE = "PERFORMANCE"


def score(host: HostRoom, policy: Policy) -> float:
    """Higher is better."""
    free = (host.vcpus_free + host.memory_mib_free / 512) * 100 / 2
    return free if policy is Policy.PERFORMANCE else -free
