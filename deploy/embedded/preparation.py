"""What has to be there before the first process of the server starts: tables, template, demonstration."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

from deploy.embedded import guest_image, paths
from deploy.embedded.installation import Installation

LAST_LINES = 15
SIMULATED_TEMPLATE = {
    "minimum_memory_mib": guest_image.MINIMUM_MEMORY_MIB, "size_bytes": guest_image.DISK_BYTES,
    "virtual_size_bytes": guest_image.DISK_BYTES, "sha256": "",
}  # fmt: skip


class PreparationFailed(Exception):
    """A step failed; the message ends with what it said."""


def prepare(installation: Installation) -> None:
    """Build the template, bring the tables up to date, seed the demonstration. Done work is not repeated."""
    options = installation.options
    record = _template_record(installation)
    _migrate(installation)
    manage(
        installation, "seed_demo", "--url", options.url, "--write-logins", str(options.logins_file),
        "--template-record", str(record), "--datastore", str(options.datastore_dir),
        "--driver", "libvirt" if installation.host else "fake",
    )  # fmt: skip


def _template_record(installation: Installation) -> Path:
    """The record beside the image; for a simulated host it says what it would be, and holes stand for it."""
    repository = installation.options.repository_dir
    if installation.host is None:
        repository.mkdir(parents=True, exist_ok=True)
        record = repository / guest_image.RECORD_NAME
        record.write_text(json.dumps(SIMULATED_TEMPLATE))
        with (repository / guest_image.IMAGE_NAME).open("ab") as image:
            image.truncate(guest_image.DISK_BYTES)
        return record
    try:
        return guest_image.build(repository).image.with_suffix(".json")
    except guest_image.GuestImageImpossible as error:
        raise PreparationFailed(str(error)) from error


def manage(installation: Installation, *arguments: str) -> None:
    """Run `manage.py`. Raises PreparationFailed with the end of its output."""
    log_file = installation.options.log_dir / "prepare.log"
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=installation.server_environment(), cwd=paths.PROJECT_DIR, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    with log_file.open("a") as log:
        log.write(f"$ manage.py {' '.join(arguments)}\n{done.stdout}")
    if done.returncode:
        said = "\n".join(done.stdout.strip().splitlines()[-LAST_LINES:])
        raise PreparationFailed(f"manage.py {arguments[0]} failed (see {log_file}):\n{said}")


def _migrate(installation: Installation) -> None:
    """Asking Django whether anything is to be done takes longer than comparing the files."""
    data_dir = installation.options.data_dir
    digest = hashlib.sha256()
    for file in sorted(paths.PROJECT_DIR.glob("*/migrations/*.py")):
        digest.update(file.read_bytes())
    digest.update((paths.PROJECT_DIR / "requirements.txt").read_bytes())
    record = data_dir / "migrated"
    if _same(record, digest.hexdigest()) and (data_dir / "atrium.sqlite3").exists():
        return
    manage(installation, "migrate", "--no-input", "--verbosity", "1")
    record.write_text(digest.hexdigest())


def _same(record: Path, value: str) -> bool:
    return record.exists() and record.read_text() == value
