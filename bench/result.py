"""One measured figure against its goal, and how results travel from the measuring process to the report."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Figure:
    """``goal`` None: shown for comparison only. ``exact``: neither more nor less is right."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    stretch: float | None = None
    exact: bool = False

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        if self.exact and self.value != self.goal:
            return "MISSED"
        if self.stretch is not None and self.value <= self.stretch:
            return "stretch goal met"
        return "met" if self.value <= self.goal else "MISSED"


@dataclass
class Result:
    """Of one benchmark. ``notes`` say what is in the figures; ``tables`` are (title, header, rows)."""

    title: str
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tables: list[tuple[str, list[str], list[list[Any]]]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Result":
        figures = [Figure(**each) for each in values["figures"]]
        tables = [tuple(each) for each in values["tables"]]
        return cls(values["title"], figures, values["notes"], tables)
