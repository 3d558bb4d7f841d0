"""A REST client that keeps its connection: one per thread."""

import base64
import http.client
import json
import time
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]
    seconds: float

    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Speaks to the server as one user by HTTP Basic; pretends to come through the proxy that ends TLS."""

    def __init__(self, port: int, nick: str = "", password: str = "", **headers: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"X-Forwarded-Proto": "https"} | headers
        if nick:
            credentials = base64.b64encode(f"{nick}:{password}".encode()).decode()
            self._headers["Authorization"] = f"Basic {credentials}"

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, body: bytes = b"", **headers: str) -> Answer:
        return self._ask("POST", path, body, headers)

    def put(self, path: str, body: bytes = b"", **headers: str) -> Answer:
        return self._ask("PUT", path, body, headers)

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        began = time.perf_counter()
        self._connection.request(method, path, body=body, headers=self._headers | headers)
        response = self._connection.getresponse()
        content = response.read()
        return Answer(response.status, content, dict(response.getheaders()), time.perf_counter() - began)
