"""Telling the server what became of a command. Ends are never lost, signs of life are best effort."""

import logging
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel

from contracts.base import (
    OBSERVATION_QUEUE,
    OBSERVATION_TASK,
    REPORT_QUEUE,
    REPORT_TASK,
    Failed,
    Progressed,
    Report,
    Started,
    Succeeded,
)
from remote_services.runtime.broker import Publisher
from remote_services.runtime.spool import Spool

logger = logging.getLogger(__name__)


class Reporter:
    """Reports over a publisher; ends that the broker refuses go to the spool."""

    def __init__(self, publisher: Publisher, spool_folder: Path) -> None:
        self._publisher = publisher
        self._spool = Spool(spool_folder, self._send)

    def start(self) -> None:
        self._spool.start()

    def stop(self) -> None:
        self._spool.stop()

    def end(self, command_id: UUID, outcome: Succeeded | Failed) -> None:
        """Report how a command ended; returns once the broker or the disk has it."""
        report = _encode(command_id, outcome)
        try:
            self._send(report)
        except Exception as error:  # noqa: BLE001  whatever the reason, the report must survive
            logger.warning("the broker refused a report, which is kept on disk: %s", error)
            self._spool.keep(report)

    def sign_of_life(self, command_id: UUID, outcome: Started | Progressed) -> None:
        try:
            self._send(_encode(command_id, outcome))
        except Exception as error:  # noqa: BLE001  the next sign of life repairs a lost one
            logger.warning("a sign of life of command %s was lost: %s", command_id, error)

    def _send(self, report_json: bytes) -> None:
        self._publisher.send(REPORT_QUEUE, REPORT_TASK, report_json)


def observe(publisher: Publisher, observation: BaseModel) -> bool:
    """Send an observation, best effort. False when it was lost."""
    try:
        publisher.send(OBSERVATION_QUEUE, OBSERVATION_TASK, observation.model_dump_json().encode())
    except Exception as error:  # noqa: BLE001  observations repeat, so a lost one is repaired
        logger.warning("an observation was lost: %s", error)
        return False
    return True


def _encode(command_id: UUID, outcome: Started | Progressed | Succeeded | Failed) -> bytes:
    report = Report.model_construct(command_id=command_id, reported_at=datetime.now(UTC), outcome=outcome)
    return report.model_dump_json().encode()
