"""The only reader of the server's environment; each wrong variable stops the start with a sentence."""

import re
import sys
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from uuid import UUID

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from compute.guests.passwords import UnusableTemplate, password_template

SHORTEST_KEY = 20


def split(text: str) -> list[str]:
    """The parts of a list with commas."""
    return [part.strip() for part in text.split(",")]


class Environment(BaseSettings):
    """Variables are named ``ATRIUM_<FIELD>``."""

    model_config = SettingsConfigDict(env_prefix="ATRIUM_", extra="ignore")

    data_dir: Path = Path("var/data")
    secret_key: str = Field(default="", repr=False)
    secret_key_fallbacks: str = Field(default="", repr=False)
    database_url: str = ""
    broker_url: str = ""
    redis_url: str = ""
    public_url: str = "http://127.0.0.1:8000"
    allowed_hosts: str = "*"
    api_version: str = Field(default="5.2.0", pattern=r"^\d+(\.\d+){1,3}$")
    simulated: bool = False
    approval_networks: str = ""
    fetch_allowed_networks: str = ""
    datacenter_id: UUID | None = None
    datacenter_key: str = Field(default="", repr=False)
    console_uri: str = ""
    appliance_uri: str = ""
    host_uri: str = ""
    log_level: str = "INFO"
    oauth_access_seconds: int = Field(default=43_200, ge=0)
    mail_private_hosts: bool = False
    mail_ca_file: str = ""
    soft_limit_details: bool = True
    hard_limit_details: bool = True
    guest_password_length: str = "lower=2-6,upper=2-6,numbers=2-6,symbols=2-6"
    guest_password_exclude: str = ""
    fqdn_label_pattern: str = "[a-zA-Z](([a-zA-Z0-9-]{1,61})?[a-zA-Z0-9])?"

    @field_validator("secret_key_fallbacks")
    @classmethod
    def _older_keys(cls, value: str, told: ValidationInfo) -> str:
        keys = split(value)
        if value.strip() and (not all(keys) or len(set(keys)) < len(keys)):
            raise ValueError("holds an empty key, or one of its keys twice")
        if any(len(key) < SHORTEST_KEY for key in keys if key):
            raise ValueError(
                f"holds a key of fewer than {SHORTEST_KEY} characters; keys are parted by commas"
            )
        if told.data.get("secret_key") in keys and value.strip():
            raise ValueError("holds ATRIUM_SECRET_KEY itself: only older keys belong here")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "mysql://")):
            raise ValueError("must start with sqlite:/// or mysql:// (MariaDB)")
        return value

    @field_validator("broker_url")
    @classmethod
    def _known_broker(cls, value: str) -> str:
        if value and not value.startswith(("amqp://", "amqps://", "redis://", "redis+socket://")):
            raise ValueError("must start with amqp://, amqps://, redis:// or redis+socket://")
        return value

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must start with redis://, rediss:// or unix://")
        return value

    @field_validator("guest_password_exclude")
    @classmethod
    def _makes_passwords(cls, value: str, told: ValidationInfo) -> str:
        try:
            password_template(told.data.get("guest_password_length", ""), value)
        except UnusableTemplate as error:
            raise ValueError(f"with ATRIUM_GUEST_PASSWORD_LENGTH: {error}") from error
        return value

    @field_validator("fqdn_label_pattern")
    @classmethod
    def _pattern(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"is no regular expression: {error}") from error
        return value

    @field_validator("approval_networks", "fetch_allowed_networks")
    @classmethod
    def _networks(cls, value: str) -> str:
        for each in filter(None, (part.strip() for part in value.split(","))):
            ip_network(each)
        return value

    @property
    def older_keys(self) -> list[str]:
        """Former secret keys, the latest first."""
        return [key for key in split(self.secret_key_fallbacks) if key]

    def require(self, *names: str) -> None:
        """Stop the process with a clear sentence when one of these variables is missing."""
        missing = [f"ATRIUM_{name.upper()}" for name in names if not getattr(self, name)]
        if missing:
            sys.exit(f"Atrium can't start: set the environment variable(s) {', '.join(missing)}.")


@cache
def environment() -> Environment:
    """The validated environment of this process."""
    try:
        return Environment()
    except ValidationError as error:
        lines = [f"ATRIUM_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()]
        sys.exit("Atrium can't start, the environment is wrong:\n  " + "\n  ".join(lines))
