"""The appliance manager as a Celery worker."""

from contracts.appliance import APPLIANCE_COMMANDS
from contracts.vocabulary import Service
from remote_services.appliance_manager import handlers  # noqa: F401  registers them
from remote_services.runtime.settings import settings
from remote_services.runtime.worker import make_worker

settings().required("repository_dir")

app = make_worker("appliance_manager", Service.APPLIANCE, APPLIANCE_COMMANDS)
