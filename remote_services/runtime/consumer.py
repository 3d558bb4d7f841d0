"""The Celery worker reduced to what a remote service needs: consume, run late-acknowledged, drain at the end.

No events, gossip, mingle, remote control or delayed delivery; Celery's task tracer is left out
because a command has neither result nor retry, and it costs more than the command.
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from celery import bootsteps
from celery.worker.consumer import Consumer as CeleryConsumer
from celery.worker.consumer.connection import Connection
from celery.worker.consumer.tasks import Tasks

from remote_services.runtime.execution import Executor

logger = logging.getLogger(__name__)

DRAIN_SECONDS = 10.0


class Settlements:
    """Acknowledges messages in the thread that owns the connection, whoever finished them."""

    def __init__(self) -> None:
        self._ready: deque[Any] = deque()

    def add(self, message: Any, consumer: CeleryConsumer) -> None:
        self._ready.append((message, consumer.connection_errors))
        consumer.hub.call_soon(self.flush)

    def flush(self) -> None:
        while self._ready:
            message, errors = self._ready.popleft()
            message.ack_log_error(logger, errors)


class Intake(Tasks):
    """Consumes, without the mingling that Celery wants to come first."""

    requires = (Connection,)


class Drain(bootsteps.StartStopStep):
    """At the end: takes no new command, and lets the running ones end and be acknowledged."""

    requires = (Intake,)

    def stop(self, consumer: CeleryConsumer) -> None:
        if consumer.task_consumer is None:
            return
        try:
            consumer.task_consumer.cancel()
            deadline = time.monotonic() + DRAIN_SECONDS
            while not consumer.app.executor.is_idle and time.monotonic() < deadline:
                consumer.app.settlements.flush()
                time.sleep(0.02)
            consumer.app.settlements.flush()
        except consumer.connection_errors as error:
            logger.warning("the broker went away, running commands will be delivered again: %s", error)


class Consumer(CeleryConsumer):
    """Set by ``worker_consumer``."""

    event_dispatcher = None

    class Blueprint(CeleryConsumer.Blueprint):
        default_steps = [
            "celery.worker.consumer.connection:Connection",
            "remote_services.runtime.consumer:Intake",
            "remote_services.runtime.consumer:Drain",
            "celery.worker.consumer.consumer:Evloop",
        ]


def strategy_for(executor: Executor, settlements: Settlements) -> Callable:
    """A ``Task.Strategy``: how a delivered message gets to the executor."""

    def strategy(task: Any, app: Any, consumer: CeleryConsumer) -> Callable:
        def receive(message: Any, *_: Any) -> None:
            arguments = message.payload[0]
            executor.accept(
                arguments[0] if arguments else None,
                lambda: settlements.add(message, consumer),
                consumer.pool.apply_async,
            )

        return receive

    return strategy
