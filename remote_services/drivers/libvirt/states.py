"""libvirt's words for a machine's state and what happened to it, in ours."""

import libvirt

from contracts.vocabulary import PowerState

POWER_STATES = {
    libvirt.VIR_DOMAIN_RUNNING: PowerState.ON,
    libvirt.VIR_DOMAIN_BLOCKED: PowerState.ON,
    libvirt.VIR_DOMAIN_PAUSED: PowerState.PAUSED,
    libvirt.VIR_DOMAIN_PMSUSPENDED: PowerState.PAUSED,
    libvirt.VIR_DOMAIN_SHUTDOWN: PowerState.ON,
    libvirt.VIR_DOMAIN_SHUTOFF: PowerState.OFF,
    libvirt.VIR_DOMAIN_CRASHED: PowerState.OFF,
}

EVENT_STATES = {
    libvirt.VIR_DOMAIN_EVENT_DEFINED: PowerState.OFF,
    libvirt.VIR_DOMAIN_EVENT_UNDEFINED: PowerState.MISSING,
    libvirt.VIR_DOMAIN_EVENT_STARTED: PowerState.ON,
    libvirt.VIR_DOMAIN_EVENT_SUSPENDED: PowerState.PAUSED,
    libvirt.VIR_DOMAIN_EVENT_RESUMED: PowerState.ON,
    libvirt.VIR_DOMAIN_EVENT_STOPPED: PowerState.OFF,
    libvirt.VIR_DOMAIN_EVENT_PMSUSPENDED: PowerState.PAUSED,
}

_EVENT_WORDS = {
    libvirt.VIR_DOMAIN_EVENT_DEFINED: "defined",
    libvirt.VIR_DOMAIN_EVENT_UNDEFINED: "undefined",
    libvirt.VIR_DOMAIN_EVENT_STARTED: "started",
    libvirt.VIR_DOMAIN_EVENT_SUSPENDED: "paused",
    libvirt.VIR_DOMAIN_EVENT_RESUMED: "resumed",
    libvirt.VIR_DOMAIN_EVENT_STOPPED: "stopped",
    libvirt.VIR_DOMAIN_EVENT_PMSUSPENDED: "asleep",
}

_DETAIL_PREFIXES = {
    libvirt.VIR_DOMAIN_EVENT_STARTED: "VIR_DOMAIN_EVENT_STARTED_",
    libvirt.VIR_DOMAIN_EVENT_SUSPENDED: "VIR_DOMAIN_EVENT_SUSPENDED_",
    libvirt.VIR_DOMAIN_EVENT_STOPPED: "VIR_DOMAIN_EVENT_STOPPED_",
}

_DETAIL_WORDS = {
    (event, getattr(libvirt, name)): name.removeprefix(prefix).lower().replace("_", " ")
    for event, prefix in _DETAIL_PREFIXES.items()
    for name in dir(libvirt)
    if name.startswith(prefix) and not name.endswith("_LAST")
}


def state_after(event: int, detail: int) -> PowerState | None:
    """None when the event leaves the machine's power as it is."""
    if event == libvirt.VIR_DOMAIN_EVENT_DEFINED and detail != libvirt.VIR_DOMAIN_EVENT_DEFINED_ADDED:
        return None
    return EVENT_STATES.get(event)


def words_for(event: int, detail: int) -> str:
    """What happened, for people: "stopped: failed"."""
    word = _EVENT_WORDS.get(event, f"event {event}")
    more = _DETAIL_WORDS.get((event, detail))
    return f"{word}: {more}" if more else word
