"""The documents speak of what is there: links lead somewhere, modules and commands they name exist."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "deploy" / "README.md")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
MODULE = re.compile(r"`((?:[a-z_]+/)+[a-z_]+\.(?:py|tsv|conf))`")
# Modules of the example that adding-an-operation.md invents.
INVENTED = {"remote_services/virtualization_manager/handlers/eject_media.py"}


def found(pattern: re.Pattern[str]) -> Iterator[tuple[Path, str]]:
    for document in DOCUMENTS:
        for match in pattern.finditer(document.read_text()):
            yield document, match[1]


def exists(name: str) -> bool:
    """Whether some file of ours has this path, or this end of a path where a package was named before."""
    packages = [path for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")]
    nearby = [*packages, *(ROOT / "remote_services").iterdir(), ROOT / "operations" / "engine"]
    return any((base / name).exists() for base in (ROOT, *nearby))


def test_links_lead_to_files():
    links = found(LINK)
    broken = [f"{document.name}: {link}" for document, link in links if not (document.parent / link).exists()]
    assert broken == []


def test_named_modules_exist():
    missing = {name for _, name in found(MODULE) if not exists(name)}
    assert missing - INVENTED == set()


def test_named_make_targets_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    in_code = re.compile(r"`make ([a-z-]+)[^`]*`")
    assert {name for _, name in found(in_code)} <= targets
