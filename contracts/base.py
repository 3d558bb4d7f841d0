"""What every message has in common, and the answers a command can get.

A message class is never changed in a way that an older reader would misread:
fields are only added, with a default; anything else is a new class with the
next version in its tag.
"""

from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Message(BaseModel):
    """An immutable value on the wire. Unknown fields are ignored, so that a newer
    sender can talk to an older receiver."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Command(Message):
    """An instruction to one remote service, safe to deliver more than once.

    ``command_id`` names the intent, not the delivery: a redelivery has the same
    identifier and must have the same effect as the first.
    """

    command_id: UUID = Field(default_factory=uuid4)
    operation_id: UUID


class Started(Message):
    """The command has run longer than a moment: from here on silence means trouble.

    A command that ends within the first heartbeat reports only its end.
    """

    type: Literal["started"] = "started"


class Progressed(Message):
    """Doubles as the heartbeat that renews the step's lease."""

    type: Literal["progressed"] = "progressed"
    percent: int | None = Field(default=None, ge=0, le=100)


class Succeeded(Message):
    type: Literal["succeeded"] = "succeeded"
    output: dict[str, Any] = {}


class Failed(Message):
    """``retryable`` is the remote side's opinion; the server owns the policy."""

    type: Literal["failed"] = "failed"
    code: str
    detail: str
    retryable: bool = False


class Report(Message):
    """What became of one command."""

    command_id: UUID
    reported_at: AwareDatetime
    outcome: Annotated[Started | Progressed | Succeeded | Failed, Field(discriminator="type")]


COMMAND_TASK = "remote_services.execute"
REPORT_TASK = "operations.receive_report"
REPORT_QUEUE = "server.reports"
OBSERVATION_TASK = "compute.receive_observation"
OBSERVATION_QUEUE = "server.observations"
SERVER_EXCHANGE = "server"
"""On RabbitMQ reports and observations travel through this direct exchange: the right to write is checked
for exchanges, so an account that may write here alone can't put a command on anybody's queue."""
