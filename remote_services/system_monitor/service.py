"""The system monitor as a remote service: its two commands, and a monitor that lives beside the worker."""

from celery import Celery

from contracts.monitoring import MONITOR_COMMANDS, UnwatchHost, WatchHost
from contracts.vocabulary import Service
from remote_services.runtime.broker import Publisher
from remote_services.runtime.registry import Context, handles
from remote_services.runtime.reporting import observe
from remote_services.runtime.settings import settings
from remote_services.runtime.worker import make_worker
from remote_services.system_monitor.monitor import Monitor
from remote_services.system_monitor.subscriptions import Subscriptions


def make_service() -> Celery:
    """The Celery application of the system monitor. Raises SettingsError."""
    environment = settings()
    publisher = Publisher(environment.broker_url)
    subscriptions = Subscriptions(environment.required("redis_url"), environment.datacenter_id)
    monitor = Monitor(subscriptions, lambda observation: observe(publisher, observation))

    @handles(WatchHost)
    def watch_host(command: WatchHost, context: Context) -> None:
        monitor.watch(command.endpoint)

    @handles(UnwatchHost)
    def unwatch_host(command: UnwatchHost, context: Context) -> None:
        monitor.unwatch(command.host_id)

    app = make_worker("system_monitor", Service.MONITOR, MONITOR_COMMANDS)
    app.companions.append(monitor)
    return app
