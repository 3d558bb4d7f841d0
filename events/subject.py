"""What an event or an operation is about, when the row itself is out of reach or gone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    """``virtual_appliance_id``: which appliance it is, or lies in; who may hear of it depends on that.
    ``restricted`` spares a query where it is known whether that one is restricted; None: it is not."""

    subject_type: str
    id: int | str | None
    name: str = ""
    enterprise_id: int | None = None
    virtual_datacenter_id: int | None = None
    virtual_appliance_id: int | None = None
    restricted: bool | None = None

    def __str__(self) -> str:
        return self.name
