"""Filter, weigh, choose, and say why."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from compute.placement.filters import best_datastore, objections
from compute.placement.model import Demand, HostRoom, Placement, Rejection
from compute.placement.weighers import Policy, score
from core.errors import Reason


def place(hosts: Iterable[HostRoom], demand: Demand, policy: Policy = Policy.PERFORMANCE) -> Placement:
    """The best host for one machine; ties go to the lowest id, so that equal input gives equal output."""
    rejected: list[Rejection] = []
    fitting: list[HostRoom] = []
    for host in hosts:
        reasons = objections(host, demand)
        if reasons:
            rejected.append(Rejection(host, reasons))
        else:
            fitting.append(host)
    if not fitting:
        return Placement(None, None, rejected=tuple(rejected))
    ranked = sorted(fitting, key=lambda host: (-score(host, policy), host.id))
    best = ranked[0]
    return Placement(
        host=best,
        datastore=best_datastore(best, demand),
        reason=_why(best, len(fitting), policy),
        rejected=tuple(rejected),
        outranked=tuple((host, score(host, policy)) for host in ranked[1:]),
    )


def _why(host: HostRoom, fitting: int, policy: Policy) -> Reason:
    if fitting == 1:
        message = _("It is the only host that fits.")
    elif policy is Policy.PERFORMANCE:
        message = _(
            "Of %(count)s hosts that fit it has most room: %(vcpus)s virtual CPUs, %(memory)s MiB free."
        )
    else:
        message = _(
            "Of %(count)s hosts that fit it is the fullest: %(vcpus)s virtual CPUs and %(memory)s MiB free."
        )
    numbers = {"count": fitting, "vcpus": host.vcpus_free, "memory": host.memory_mib_free}
    return Reason("BEST_HOST", message % numbers, numbers=numbers)
