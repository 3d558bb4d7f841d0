"""The environment of a remote service, read once and checked: prefix ``ATRIUM_``."""

from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "ATRIUM_"


class SettingsError(SystemExit):
    """Ends the process with one sentence that names the variable."""


class Settings(BaseSettings):
    """What a remote service is told. Fields that default to None are only needed by some services:
    read those with :meth:`required`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore")

    broker_url: str
    datacenter_id: UUID
    state_dir: Path
    datacenter_key: SecretStr | None = None
    redis_url: str | None = None
    repository_dir: Path | None = None
    network_namespace: str | None = None
    console_listen: str | None = None
    appliance_listen: str | None = None
    server_url: str | None = None
    default_domain_type: str | None = None
    conversion_concurrency: int | None = Field(default=None, ge=1, le=2)
    fetch_allowed_networks: str = ""
    fetch_ca_file: Path | None = None
    fetch_connect_seconds: int = Field(default=30, ge=1)
    fetch_idle_seconds: int = Field(default=120, ge=1)
    fetch_total_seconds: int = Field(default=0, ge=0)
    simulated: bool = False

    @field_validator("fetch_allowed_networks")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for each in filter(str.strip, value.split(",")):
            ip_network(each.strip())
        return value

    def required(self, name: str) -> Any:
        """The value of an optional field, or a SettingsError that says which variable is missing."""
        value = getattr(self, name)
        if value is None:
            raise SettingsError(f"{PREFIX}{name.upper()} is not set, and this service needs it.")
        return value.get_secret_value() if isinstance(value, SecretStr) else value


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process. Raises SettingsError, a SystemExit, with one sentence."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(" ".join(_sentence(problem) for problem in error.errors())) from None


def _sentence(problem: dict) -> str:
    name = PREFIX + str(problem["loc"][0]).upper().removeprefix(PREFIX)
    if problem["type"] == "missing":
        return f"{name} is not set."
    return f"{name} is not usable: {problem['msg']}."
