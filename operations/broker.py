"""Handing messages to the broker: how queues are declared and published to, on AMQP and on Redis.

Commands go out by the outbox (``operations.outbox``); nothing else publishes to remote services.
"""

from contextlib import suppress
from functools import cache
from threading import Lock
from typing import Any

from amqp.exceptions import AMQPError
from django.conf import settings
from kombu import Connection, Exchange, Producer, Queue
from kombu.exceptions import KombuError
from kombu.utils.uuid import uuid
from redis.exceptions import RedisError

from contracts.base import OBSERVATION_QUEUE, REPORT_QUEUE, SERVER_EXCHANGE

SERVER_QUEUE = "server.operations"
ADVANCE_TASK = "operations.advance"
PUBLISH_TIMEOUT_SECONDS = 3
_BROKEN = (OSError, KombuError, RedisError, AMQPError)
_NO_CALLBACKS = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
_NO_OPTIONS = {
    "parent_id": None,
    "group": None,
    "retries": 0,
    "eta": None,
    "expires": None,
    "timelimit": [None, None],
    "argsrepr": "",
    "kwargsrepr": "",
    "origin": "server",
}
_declared: set[str] = set()
_lock = Lock()


def is_amqp(broker_url: str) -> bool:
    return broker_url.startswith("amqp")


def queue_arguments(broker_url: str) -> dict[str, Any]:
    """Quorum queues on RabbitMQ: they survive the loss of a node."""
    return {"x-queue-type": "quorum"} if is_amqp(broker_url) else {}


def server_queues(broker_url: str) -> list[Queue]:
    """The queues the server reads. What comes from datacenters is bound to an exchange of its own."""
    arguments = queue_arguments(broker_url)
    exchange = Exchange(SERVER_EXCHANGE, type="direct", durable=True)
    return [
        Queue(name, exchange=exchange, routing_key=name, durable=True, queue_arguments=arguments)
        for name in (SERVER_QUEUE, REPORT_QUEUE, OBSERVATION_QUEUE)
    ]


def transport_options(broker_url: str) -> dict[str, Any]:
    """Confirms on RabbitMQ; on Redis a short visibility timeout redelivers what a dead worker held."""
    if is_amqp(broker_url):
        return {"confirm_publish": True, "max_retries": 0}
    if broker_url.startswith("redis"):
        return {"visibility_timeout": 60, "socket_timeout": 5, "socket_connect_timeout": 3}
    return {}


def publish(*, queue: str, task: str, body: dict[str, Any]) -> None:
    """Send one Celery task message (protocol 2) and, on RabbitMQ, wait for the broker's confirm.

    Raises an exception of kombu or an OSError when the broker can't be reached; the
    caller's outbox row then stays. Built on kombu directly: Celery's ``send_task`` costs
    several times the CPU per message.
    """
    with _lock:
        try:
            _publish(queue, task, body)
        except _BROKEN:
            forget_connection()
            _publish(queue, task, body)


def _publish(queue: str, task: str, body: dict[str, Any]) -> None:
    try:
        producer = _producer()
        _declare(producer, queue)
        producer.publish(([body], {}, _NO_CALLBACKS), **_envelope(queue, task))
    except _BROKEN:
        forget_connection()
        raise


def _envelope(queue: str, task: str) -> dict[str, Any]:
    task_id = uuid()
    return {
        "routing_key": queue,
        "exchange": "",
        "serializer": "json",
        "headers": {"lang": "py", "task": task, "id": task_id, "root_id": task_id, "ignore_result": True}
        | _NO_OPTIONS,
        "correlation_id": task_id,
        "delivery_mode": 2,
        "retry": False,
    }


def _declare(producer: Producer, queue: str) -> None:
    """Make the queue exist before its worker's first start: RabbitMQ drops what has no queue."""
    if not is_amqp(settings.ATRIUM_BROKER_URL) or queue in _declared:
        return
    if not _declared:
        # Whoever takes the command must find the way for its report.
        for back in server_queues(settings.ATRIUM_BROKER_URL):
            back(producer.channel).declare()
    arguments = queue_arguments(settings.ATRIUM_BROKER_URL)
    producer.channel.queue_declare(queue, durable=True, auto_delete=False, arguments=arguments)
    _declared.add(queue)


@cache
def _producer() -> Producer:
    connection = Connection(
        settings.ATRIUM_BROKER_URL,
        connect_timeout=PUBLISH_TIMEOUT_SECONDS,
        transport_options=transport_options(settings.ATRIUM_BROKER_URL),
    )
    connection.connect()
    return Producer(connection.channel())


def forget_connection() -> None:
    """Drop the connection; the next message opens a new one."""
    _declared.clear()
    if _producer.cache_info().currsize:
        connection = _producer().connection
        _producer.cache_clear()
        with suppress(*_BROKEN):
            connection.release()
