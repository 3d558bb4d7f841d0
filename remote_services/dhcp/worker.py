"""The DHCP service as a Celery worker."""

from contracts.dhcp import DHCP_COMMANDS
from contracts.vocabulary import Service
from remote_services.dhcp import handlers  # noqa: F401  registers them
from remote_services.runtime.worker import make_worker

app = make_worker("dhcp", Service.DHCP, DHCP_COMMANDS)
