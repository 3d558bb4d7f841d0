"""The virtualization manager. One process per queue, so that power actions never wait behind definitions, nor
either behind hours of copying:

W="celery -A remote_services.virtualization_manager.worker worker -P threads -c 4"
$W -Q dc.$ATRIUM_DATACENTER_ID.virtualization
$W -Q dc.$ATRIUM_DATACENTER_ID.virtualization.fast
$W -Q dc.$ATRIUM_DATACENTER_ID.virtualization.stream
"""

from contracts.virtualization import VIRTUALIZATION_COMMANDS
from contracts.vocabulary import Service
from remote_services.runtime.worker import make_worker
from remote_services.virtualization_manager import handlers  # noqa: F401  registers them

app = make_worker(
    "virtualization_manager",
    Service.VIRTUALIZATION,
    VIRTUALIZATION_COMMANDS,
    also=(Service.VIRTUALIZATION_FAST, Service.VIRTUALIZATION_STREAM),
)
