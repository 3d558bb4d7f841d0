"""What an event or an operation is about, when the row itself is out of reach or gone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    subject_type: str
    id: int | str | None
    name: str = ""
    enterprise_id: int | None = None
    virtual_datacenter_id: int | None = None

    def __str__(self) -> str:
        return self.name
