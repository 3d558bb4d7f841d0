"""Delivering mails beside the reconciler, in threads: a slow server holds up nobody else's mails."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import close_old_connections, connections

from notifications.models import MailState
from notifications.services.delivery import deliver, due_by_server

logger = logging.getLogger(__name__)
THREADS = 8
ROUND_SECONDS = 10.0
REST_FACTOR = 2


class Courier:
    """One thread per server at a time. A server that failed rests for twice the time that took, so that
    servers that do not answer never occupy all threads."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="courier")
        self._busy: set[int] = set()
        self._resting: dict[int, float] = {}
        self._lock = threading.Lock()

    def set_out(self) -> None:
        """Begin to deliver what is due; does not wait for the end of it."""
        for server_id, message_ids in due_by_server().items():
            with self._lock:
                if server_id in self._busy or self._resting.get(server_id, 0.0) > time.monotonic():
                    continue
                self._busy.add(server_id)
            self._pool.submit(self._round, server_id, message_ids)

    def wait(self) -> None:
        """Let what was begun end."""
        self._pool.shutdown()

    def _round(self, server_id: int, message_ids: list[int]) -> None:
        """Short, so that the process can stop between two mails."""
        until = time.monotonic() + ROUND_SECONDS
        try:
            close_old_connections()
            for message_id in message_ids:
                began = time.monotonic()
                if began > until:
                    break
                if deliver(message_id) == MailState.QUEUED:
                    self._resting[server_id] = began + (1 + REST_FACTOR) * (time.monotonic() - began)
                    break
        except Exception:
            logger.exception("mails for server %s were not delivered, the next round follows", server_id)
        finally:
            connections.close_all()
            with self._lock:
                self._busy.discard(server_id)
