"""The appliance manager as Celery workers. One process per queue: copying or fetching hold up no disk.

W="celery -A remote_services.appliance_manager.worker worker -P threads"
$W -c 4 -Q dc.$ATRIUM_DATACENTER_ID.appliance
$W -c 4 -Q dc.$ATRIUM_DATACENTER_ID.appliance.copy
$W -c 8 -Q dc.$ATRIUM_DATACENTER_ID.appliance.fetch
"""

from contracts.appliance import APPLIANCE_COMMANDS
from contracts.vocabulary import Service
from remote_services.appliance_manager import handlers  # noqa: F401  registers them
from remote_services.runtime.settings import settings
from remote_services.runtime.worker import make_worker

settings().required("repository_dir")

app = make_worker(
    "appliance_manager",
    Service.APPLIANCE,
    APPLIANCE_COMMANDS,
    also=(Service.APPLIANCE_COPY, Service.APPLIANCE_FETCH),
)
