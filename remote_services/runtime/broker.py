"""How this side speaks to the message broker: options per kind of broker, queues, and the publisher."""

import threading
from contextlib import suppress
from uuid import uuid4

from kombu import Connection, Exchange, Producer, Queue

from contracts.base import OBSERVATION_QUEUE, REPORT_QUEUE, SERVER_EXCHANGE

SEND_TIMEOUT_SECONDS = 5
REDIS_VISIBILITY_SECONDS = 60
NO_EXCHANGE = Exchange("", type="direct", no_declare=True)
_BODY_END = b'], {}, {"callbacks": null, "errbacks": null, "chain": null, "chord": null}]'


def is_redis(url: str) -> bool:
    return url.startswith(("redis", "rediss", "unix"))


def transport_options(url: str) -> dict:
    if is_redis(url):
        return {
            "visibility_timeout": REDIS_VISIBILITY_SECONDS,
            "socket_connect_timeout": SEND_TIMEOUT_SECONDS,
        }
    return {"confirm_publish": True, "connect_timeout": SEND_TIMEOUT_SECONDS}


def queue(name: str, url: str) -> Queue:
    """A durable queue that is reached by its name alone; a quorum queue where the broker has them."""
    arguments = None if is_redis(url) else {"x-queue-type": "quorum"}
    return Queue(name, exchange=NO_EXCHANGE, routing_key=name, durable=True, queue_arguments=arguments)


class Publisher:
    """Sends Celery tasks from any thread. Each thread keeps one connection, because neither channels
    nor publisher confirms may be shared; a connection that failed is thrown away."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._of_this_thread = threading.local()

    def send(self, queue_name: str, task: str, argument_json: bytes) -> None:
        """Put a task with one positional argument on a queue, and return once the broker has it.
        Raises whatever the broker's library raises."""
        was_connected = hasattr(self._of_this_thread, "line")
        try:
            self._send(queue_name, task, argument_json)
        except Exception:
            self.forget_connection()
            if not was_connected:
                raise
            self._send_on_new_connection(queue_name, task, argument_json)

    def forget_connection(self) -> None:
        """Close the calling thread's connection; the next send opens another."""
        line = self._of_this_thread.__dict__.pop("line", None)
        if line is not None:
            with suppress(Exception):
                line.connection.release()

    def _send_on_new_connection(self, queue_name: str, task: str, argument_json: bytes) -> None:
        try:
            self._send(queue_name, task, argument_json)
        except Exception:
            self.forget_connection()
            raise

    def _send(self, queue_name: str, task: str, argument_json: bytes) -> None:
        line = getattr(self._of_this_thread, "line", None) or self._connect()
        exchange = self._exchange_of(queue_name)
        if not exchange and queue_name not in line.declared:
            queue(queue_name, self._url)(line.producer.channel).declare()
            line.declared.add(queue_name)
        task_id = str(uuid4())
        line.producer.publish(
            b"[[" + argument_json + _BODY_END,
            exchange=exchange,
            routing_key=queue_name,
            headers={"lang": "py", "task": task, "id": task_id, "root_id": task_id, "parent_id": None},
            correlation_id=task_id,
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=2,
            timeout=SEND_TIMEOUT_SECONDS,
            confirm_timeout=SEND_TIMEOUT_SECONDS,
        )

    def _exchange_of(self, queue_name: str) -> str:
        """The server's queues lie behind the exchange it declares; others are reached by name."""
        to_server = queue_name in (REPORT_QUEUE, OBSERVATION_QUEUE) and not is_redis(self._url)
        return SERVER_EXCHANGE if to_server else ""

    def _connect(self) -> "_Line":
        options = transport_options(self._url)
        if not is_redis(self._url):
            # A broker that accepts and then hangs must not hold a command up.
            options |= {"read_timeout": SEND_TIMEOUT_SECONDS, "write_timeout": SEND_TIMEOUT_SECONDS}
        connection = Connection(self._url, connect_timeout=SEND_TIMEOUT_SECONDS, transport_options=options)
        self._of_this_thread.line = line = _Line(connection)
        connection.connect()
        line.producer = Producer(connection.channel(), auto_declare=False)
        return line


class _Line:
    """One thread's way to the broker."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.producer: Producer | None = None
        self.declared: set[str] = set()
