"""First passwords of guests: made of a template of counts, and hashed as guests keep them."""

import re
import string
from dataclasses import dataclass
from secrets import SystemRandom
from uuid import UUID

from passlib.hash import sha512_crypt

CLASSES = {
    "lower": string.ascii_lowercase,
    "upper": string.ascii_uppercase,
    "numbers": string.digits,
    "symbols": "!#$%&()*+,-./:;<=>?@[]^_{|}~",
}
MOST_OF_A_CLASS = 32
SHORTEST = 8
ROUNDS = 20_000
_SALT_LENGTH = 16
_PART = re.compile(r"(lower|upper|numbers|symbols)=(\d{1,2})(?:-(\d{1,2}))?")
_random = SystemRandom()


class UnusableTemplate(ValueError):
    """What an operator configured makes no passwords; the message says why."""


@dataclass(frozen=True)
class PasswordTemplate:
    """How many characters of each class, and which characters there are."""

    counts: dict[str, range]
    characters: dict[str, str]

    def make(self) -> str:
        """A new password, of the operating system's randomness."""
        chosen: list[str] = []
        for name, counts in self.counts.items():
            chosen += [_random.choice(self.characters[name]) for _each in range(_random.choice(counts))]
        _random.shuffle(chosen)
        return "".join(chosen)


def password_template(counts: str, exclude: str = "") -> PasswordTemplate:
    """Read ``lower=2-6,upper=2-6,numbers=2-6,symbols=2-6``; ``exclude``: characters never used.

    Raises UnusableTemplate.
    """
    found = {}
    for part in filter(None, counts.replace(" ", "").split(",")):
        match = _PART.fullmatch(part)
        if match is None or match[1] in found:
            raise UnusableTemplate(f"{part!r} is not like lower=2-6, or is there twice")
        least, most = int(match[2]), int(match[3] or match[2])
        if not 0 <= least <= most <= MOST_OF_A_CLASS:
            raise UnusableTemplate(f"{part!r}: the counts go up, to {MOST_OF_A_CLASS} at most")
        found[match[1]] = range(least, most + 1)
    characters = {name: "".join(each for each in CLASSES[name] if each not in exclude) for name in found}
    if any(not characters[name] and counts[-1] for name, counts in found.items()):
        raise UnusableTemplate("every character of a class is excluded")
    if sum(counts[0] for counts in found.values()) < SHORTEST:
        raise UnusableTemplate(f"passwords must have {SHORTEST} characters at least")
    return PasswordTemplate(found, characters)


def hashed(password: str, salt: UUID) -> str:
    """The password's SHA-512 crypt, the strongest that every cloud-init and every Linux guest takes.

    The same for the same salt, so that a drive that is written again says the same.
    """
    return sha512_crypt.using(salt=salt.hex[:_SALT_LENGTH], rounds=ROUNDS).hash(password)
