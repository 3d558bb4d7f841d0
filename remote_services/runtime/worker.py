"""Makes the Celery application of one remote service. It knows the broker and nothing else of the server."""

import logging
from typing import Any

from celery import Celery, signals
from pydantic import TypeAdapter

from contracts.base import COMMAND_TASK
from contracts.vocabulary import Service, queue_name
from remote_services.runtime.broker import NO_EXCHANGE, Publisher, queue, transport_options
from remote_services.runtime.consumer import Settlements, strategy_for
from remote_services.runtime.execution import Executor
from remote_services.runtime.health import Presence
from remote_services.runtime.heartbeat import Heartbeats
from remote_services.runtime.reporting import Reporter
from remote_services.runtime.settings import Settings, settings

DEFAULT_CONCURRENCY = 4


class RemoteService(Celery):
    """A Celery application that executes one set of commands."""

    executor: Executor
    settlements: Settlements
    companions: list[Any]


def make_worker(
    name: str, service: Service, commands: TypeAdapter, *, also: tuple[Service, ...] = ()
) -> RemoteService:
    """The application of a remote service that executes ``commands``.

    It consumes the queues of ``service`` and of the services in ``also``, or those named by ``-Q``
    among them. Raises SettingsError when the environment is incomplete.
    """
    environment = settings()
    publisher = Publisher(environment.broker_url)
    reporter = Reporter(publisher, environment.state_dir / "spool")
    heartbeats = Heartbeats(reporter)
    app = RemoteService(name, set_as_current=False)
    app.config_from_object(_configuration(environment, service, also))
    app.executor = Executor(commands, reporter, heartbeats)
    app.settlements = Settlements()
    app.companions = [reporter, heartbeats]
    for each in app.amqp.queues.values():
        # Celery puts every queue behind an exchange; reached by name, ours survive an emptied Redis.
        each.exchange = NO_EXCHANGE

    @app.task(name=COMMAND_TASK, Strategy=staticmethod(strategy_for(app.executor, app.settlements)))
    def execute(body: dict) -> None:
        """Stands for the command task; the strategy runs commands."""

    def start(sender: Any, **_: Any) -> None:
        if sender.app is app:
            # Only now is it known which queues -Q chose.
            services = consumed_services(app)
            app.companions.append(Presence(publisher, environment.datacenter_id, services))
            _for_each(app.companions, "start")

    def stop(sender: Any, **_: Any) -> None:
        if sender.app is app:
            _for_each(app.companions, "stop")

    signals.worker_ready.connect(start, weak=False)
    signals.worker_shutdown.connect(stop, weak=False)
    return app


def _for_each(companions: list[Any], verb: str) -> None:
    for companion in companions:
        getattr(companion, verb)()


def consumed_services(app: Celery) -> list[str]:
    """The services whose queues this worker was started for."""
    prefix = queue_name(settings().datacenter_id, "")
    return [name.removeprefix(prefix) for name in app.amqp.queues.consume_from]


def _configuration(environment: Settings, service: Service, also: tuple[Service, ...]) -> dict:
    # Celery tells of every message at INFO and of every thread at DEBUG.
    logging.getLogger("celery.worker.strategy").setLevel(logging.WARNING)
    names = [queue_name(environment.datacenter_id, each) for each in (service, *also)]
    return {
        "broker_url": environment.broker_url,
        "broker_transport_options": transport_options(environment.broker_url),
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_connection_timeout": 5,
        "task_queues": [queue(each, environment.broker_url) for each in names],
        "task_default_queue": names[0],
        "task_create_missing_queues": False,
        "task_ignore_result": True,
        "task_acks_late": True,
        "worker_pool": "threads",
        "worker_concurrency": DEFAULT_CONCURRENCY,
        "worker_prefetch_multiplier": 1,
        "worker_consumer": "remote_services.runtime.consumer:Consumer",
        "worker_hijack_root_logger": True,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_enable_remote_control": False,
    }
