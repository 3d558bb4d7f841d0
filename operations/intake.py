"""How the server's worker runs what it receives: at once, in its own thread, one message after the other.

Celery's tracer is left out: our messages have neither results nor retries, it costs more than
most of them, and it closes the database connection after each.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.db import close_old_connections, connection

from operations import outbox

logger = logging.getLogger(__name__)
CHECK_CONNECTION_SECONDS = 5.0
PATIENCE_SECONDS = 1.0


class Intake:
    """Runs functions with a database connection that is kept between messages."""

    def __init__(self) -> None:
        self._checked_at = 0.0

    def run(self, function: Callable[..., Any], arguments: list[Any]) -> bool:
        """False when the database went away meanwhile, so that the message has to come again.

        Any other failure ends the message: the reconciler repairs what it would have done.
        """
        self._check_connection()
        try:
            function(*arguments)
        except Exception:
            logger.exception("a message could not be used")
            return self._database_is_there()
        return True

    def _database_is_there(self) -> bool:
        if connection.connection is None or connection.is_usable():
            return True
        connection.close()
        time.sleep(PATIENCE_SECONDS)
        return False

    def _check_connection(self) -> None:
        """After a pause the server may have closed it; asking before each message would cost a round trip."""
        now = time.monotonic()
        if now - self._checked_at > CHECK_CONNECTION_SECONDS:
            close_old_connections()
        self._checked_at = now


_intake = Intake()


def at_once(task: Any, app: Any, consumer: Any) -> Callable[..., None]:
    """A ``Strategy`` of Celery tasks."""

    def receive(message: Any, *_: Any) -> None:
        if _intake.run(task.run, message.payload[0]):
            message.ack_log_error(logger, consumer.connection_errors)
        else:
            message.reject_log_error(logger, consumer.connection_errors, requeue=True)

    return receive


def at_once_in_bulk(task: Any, app: Any, consumer: Any) -> Callable[..., None]:
    """The same for the task whose messages send others; made anew, like its timer, with every connection."""
    if consumer.hub is not None:
        outbox.collect_published(consumer.hub.call_repeatedly)
    return at_once(task, app, consumer)
