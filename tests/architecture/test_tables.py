"""Tables on narrow screens: each row becomes a block, so every cell has to name its column itself."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# The pages' own: mails are laid out with tables, and what the sign-in kit puts into its cells is not ours.
ELSEWHERE = {"mail", "allauth"}
INSIDE = r"(?:[^>{]|\{%.*?%\}|\{\{.*?\}\})*"
TABLE = re.compile(rf"<table\b({INSIDE})>(.*?)</table>", re.S)
ROW = re.compile(rf"<tr\b{INSIDE}>(.*?)</tr>", re.S)
CELL = re.compile(rf"<td\b({INSIDE})>")
HEADING = re.compile(rf"<th\b{INSIDE}>(.*?)</th>", re.S)
LABEL = re.compile(r'data-label="(.*?)"')
NEEDS_NONE = re.compile(r'colspan=|class="[^"]*\b(?:tick|does)\b')


def templates() -> list[Path]:
    """Templates with rows of tables."""
    found = sorted((ROOT / "templates").rglob("*.html"))
    ours = [path for path in found if not ELSEWHERE & set(path.parts)]
    return [path for path in ours if "<tr" in path.read_text(encoding="utf-8")]


def unnamed_cells(row: str) -> list[str]:
    """Cells that don't say what they are; the first names the row, ticks and buttons speak for themselves."""
    cells = [cell for cell in CELL.findall(row) if not NEEDS_NONE.search(cell)]
    return [cell for cell in cells[1:] if not LABEL.search(cell)]


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_cell_names_its_column_where_rows_are_stacked(path):
    text = path.read_text(encoding="utf-8")

    assert [cell for row in ROW.findall(text) for cell in unnamed_cells(row)] == []
    assert [classes for classes, _ in TABLE.findall(text) if "stack" not in classes] == []


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_cells_call_their_column_what_its_heading_calls_it(path):
    for _, table in TABLE.findall(path.read_text(encoding="utf-8")):
        head = table.partition("</thead>")[0] if "</thead>" in table else ""
        headings = " ".join(HEADING.findall(head)).replace('"', "'")
        assert [label for label in LABEL.findall(table) if headings and label not in headings] == []


@pytest.mark.parametrize("row", ["<td>name</td><td>7</td>", '<td class="tick"></td><td>name</td><td>7</td>'])
def test_a_cell_that_says_nothing_is_found(row):
    assert unnamed_cells(row) == [""]
