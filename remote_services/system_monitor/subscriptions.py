"""Which hosts are watched: kept in memory, and in a Redis hash so that a restart remembers them."""

import logging
import threading
from uuid import UUID

import redis

from contracts.virtualization import HypervisorEndpoint

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 3


class Subscriptions:
    """Memory is the truth once it has been filled from Redis; :meth:`reconcile` brings the two together,
    also after Redis was down or emptied."""

    def __init__(self, redis_url: str, datacenter_id: UUID) -> None:
        self._redis = redis.Redis.from_url(
            redis_url,
            decode_responses=True,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
        )
        self._key = f"atrium:{datacenter_id}:watched-hosts"
        self._lock = threading.RLock()
        self._endpoints: dict[UUID, HypervisorEndpoint] = {}
        self._forgotten: set[UUID] = set()
        self._was_read = False

    def add(self, endpoint: HypervisorEndpoint) -> None:
        with self._lock:
            self._endpoints[endpoint.host_id] = endpoint
            self._forgotten.discard(endpoint.host_id)
            self.reconcile()

    def remove(self, host_id: UUID) -> None:
        with self._lock:
            self._endpoints.pop(host_id, None)
            self._forgotten.add(host_id)
            self.reconcile()

    def reconcile(self) -> dict[UUID, HypervisorEndpoint]:
        """Bring memory and Redis together as far as Redis answers, and return what is subscribed."""
        with self._lock:
            try:
                self._exchange()
            except redis.RedisError as error:
                logger.warning("Redis does not take the watched hosts, which are kept in memory: %s", error)
            return dict(self._endpoints)

    def _exchange(self) -> None:
        stored = self._redis.hgetall(self._key)
        if not self._was_read:
            for text in stored.values():
                endpoint = HypervisorEndpoint.model_validate_json(text)
                if endpoint.host_id not in self._forgotten:
                    self._endpoints.setdefault(endpoint.host_id, endpoint)
            self._was_read = True
        wanted = {str(host_id): endpoint.model_dump_json() for host_id, endpoint in self._endpoints.items()}
        changed = {name: text for name, text in wanted.items() if stored.get(name) != text}
        if changed:
            self._redis.hset(self._key, mapping=changed)
        superfluous = [name for name in stored if name not in wanted]
        if superfluous:
            self._redis.hdel(self._key, *superfluous)
        self._forgotten.clear()
