"""Privileges as people read them: a title, a sentence what each allows, and the group it stands in.

Names are those of ``privileges.tsv``; the group there is the dialect's, the ones here are the portal's.
"""

from tenants.privilege_words.catalogue import CATALOGUE, COSTS
from tenants.privilege_words.datacenters import NETWORKS, VIRTUAL_DATACENTERS
from tenants.privilege_words.machines import AUTOMATION, MACHINES, STORAGE
from tenants.privilege_words.organisation import ENTERPRISES, PEOPLE
from tenants.privilege_words.provider import ACTIVITY, INFRASTRUCTURE, INSTALLATION
from tenants.privilege_words.services import SERVICES
from tenants.privilege_words.shape import Group, Words

GROUPS: tuple[Group, ...] = (
    VIRTUAL_DATACENTERS,
    MACHINES,
    STORAGE,
    NETWORKS,
    CATALOGUE,
    AUTOMATION,
    ACTIVITY,
    COSTS,
    PEOPLE,
    ENTERPRISES,
    INFRASTRUCTURE,
    SERVICES,
    INSTALLATION,
)
WORDS: dict[str, Words] = {name: words for group in GROUPS for name, words in group.privileges.items()}


def title_of(name: str) -> str:
    """What people call the privilege; its name for one that has no words yet."""
    words = WORDS.get(name)
    return str(words.title) if words else name


def help_of(name: str) -> str:
    """What it lets people do; empty for one that has no words yet."""
    words = WORDS.get(name)
    return str(words.help) if words else ""
