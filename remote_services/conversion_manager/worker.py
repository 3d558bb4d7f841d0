"""The conversion manager as a Celery worker. Its threads take commands, so that a conversion can be cancelled
while others run; how many convert at the same time is ATRIUM_CONVERSION_CONCURRENCY, or measured."""

from contracts.conversion import CONVERSION_COMMANDS
from contracts.vocabulary import Service
from remote_services.conversion_manager import handlers  # noqa: F401  registers them
from remote_services.runtime.settings import settings
from remote_services.runtime.worker import make_worker

settings().required("repository_dir")

app = make_worker("conversion_manager", Service.CONVERSION, CONVERSION_COMMANDS)
