"""Sending an image as published clients do."""

from pathlib import Path

import requests

from tests.system.tenant import link


def uploaded(embedded, file: Path) -> dict:
    """The template that became of the file: sent in one request with name and password, then looked for by
    its path."""
    enterprise = embedded.rest("GET", "/login", user="dana").json()
    address = link(enterprise, "enterprise") + "/datacenterrepositories"
    repository = embedded.rest("GET", address, user="dana").json()["collection"][0]
    with file.open("rb") as content:
        answer = requests.post(
            link(repository, "applianceManagerRepositoryUri") + "/templates",
            files={"diskFile": (file.name, content)}, auth=("dana", embedded.users["dana"]), timeout=300,
        )  # fmt: skip
    assert answer.status_code == 201, answer.text
    path = answer.headers["Location"].split("/", 7)[7]
    found = f"{link(repository, 'virtualmachinetemplates')}?path={path}"
    return embedded.wait_until(
        lambda: embedded.rest("GET", found, user="dana").json()["collection"], 60, "in the catalogue"
    )[0]
