"""A client of the REST API that logs in with every request, as the published ones do."""

import base64
import json
from typing import Any

from django.test import Client

from tests.world import PASSWORD

SERVER = "http://testserver"


class ApiUser:
    """``nick`` None sends no credentials. Bodies that are no text are sent as JSON."""

    def __init__(self, nick: str | None, password: str = PASSWORD):
        self.client = Client()
        self.headers = {}
        if nick is not None:
            pair = base64.b64encode(f"{nick}:{password}".encode()).decode()
            self.headers["Authorization"] = f"Basic {pair}"

    def request(
        self, method: str, path: str, body: Any = None, content_type: str = "application/json", **headers: str
    ):
        """``headers`` are given with underscores: ``Idempotency_Key="x"``."""
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, str | bytes) else b"" if body is None else json.dumps(body)
        path = path.removeprefix(SERVER)
        return self.client.generic(method, path, data, content_type if data else "", headers=sent)

    def get(self, path: str, **headers: str):
        return self.request("GET", path, **headers)

    def post(self, path: str, body: Any = None, **options: str):
        return self.request("POST", path, body, **options)

    def put(self, path: str, body: Any = None, **options: str):
        return self.request("PUT", path, body, **options)

    def delete(self, path: str, **headers: str):
        return self.request("DELETE", path, **headers)


def link(document: Any, rel: str) -> str:
    """The address of the first link with this rel, in an answer or a document."""
    document = document.json() if hasattr(document, "json") else document
    return next(each["href"] for each in document["links"] if each["rel"] == rel)


def codes(response) -> list[str]:
    """The codes of an error answer."""
    return [entry["code"] for entry in response.json()["collection"]]


def machine_path(machine) -> str:
    """Where a machine of the world is found."""
    return (
        f"/api/cloud/virtualdatacenters/{machine.virtual_datacenter_id}"
        f"/virtualappliances/{machine.virtual_appliance_id}/virtualmachines/{machine.id}"
    )
