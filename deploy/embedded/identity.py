"""Secrets and identifiers of one embedded installation: made once, kept in a file only its owner reads."""

import json
import os
import secrets
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Identity:
    """What must stay the same over restarts."""

    secret_key: str
    datacenter_id: str
    datacenter_key: str

    @classmethod
    def of(cls, data_dir: Path) -> "Identity":
        """The identity kept in that directory, or a new one that is kept there from now on."""
        file = data_dir / "secrets.json"
        if file.exists():
            return cls(**json.loads(file.read_text()))
        made = cls(
            secret_key=secrets.token_urlsafe(48),
            datacenter_id=str(uuid.uuid4()),
            datacenter_key=secrets.token_urlsafe(32),
        )
        partial = file.with_suffix(".partial")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            json.dump(asdict(made), stream, indent=2)
        partial.replace(file)
        return made
