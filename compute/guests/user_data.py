"""Looking at user data before a guest does: what kind it is, whether it can be read, what looks odd.

What a guest makes of it only the guest knows. 64 KiB is our limit, and what other clouds take as well:
neither cloud-init nor a CD-ROM has one of its own.
"""

from dataclasses import dataclass, field

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from compute.guests.cloud_config import KNOWN_KEYS
from core.errors import Invalid

MOST_BYTES = 64 * 1024
CODE = "GUEST-1"
CLOUD_CONFIG = "cloud-config"
KINDS = (
    ("#cloud-config-archive", "cloud-config-archive"),
    ("#cloud-config", CLOUD_CONFIG),
    ("#cloud-boothook", "boothook"),
    ("#include", "include"),
    ("#part-handler", "part-handler"),
    ("## template: jinja", "jinja"),
    ("Content-Type: multipart/", "multipart"),
    ("MIME-Version:", "multipart"),
    ("#!", "script"),
)
READABLE_AS_YAML = (CLOUD_CONFIG, "cloud-config-archive")
NOT_LOOKED_INTO = gettext_noop(
    "Only its first line was checked: what is in it shows when the guest reads it."
)


class UnusableUserData(Invalid):
    """``problem`` is the sentence for a place where it is clear what it is about."""

    code = CODE
    problem: str = ""


@dataclass(frozen=True)
class UserData:
    """What was found: ``kind`` by its first line, and ``warnings`` about what a guest may pass over."""

    kind: str
    size_bytes: int
    warnings: tuple[str, ...] = field(default=())


def checked_user_data(text: str) -> UserData:
    """Look at user data. Raises UnusableUserData (GUEST-1): too large, not a text, of no known kind, no YAML
    (with the line)."""
    size_bytes = _size(text)
    kind = next((kind for beginning, kind in KINDS if text.startswith(beginning)), "")
    if not kind:
        raise _refused(
            _("Its first line is none of those by which a guest knows what to do with it."),
            remedy=_("Begin with #cloud-config for settings in YAML, or with #!/bin/sh for a script."),
        )
    if kind not in READABLE_AS_YAML:
        return UserData(kind, size_bytes, () if kind == "script" else (_(NOT_LOOKED_INTO),))
    content = _yaml(text)
    if kind == CLOUD_CONFIG:
        return UserData(kind, size_bytes, _warnings(content))
    if not isinstance(content, list):
        raise _refused(_("An archive is a list of parts."))
    return UserData(kind, size_bytes)


def _size(text: str) -> int:
    try:
        size_bytes = len(text.encode())
    except UnicodeEncodeError:
        raise _refused(_("It is no text: it holds characters that none has.")) from None
    if size_bytes > MOST_BYTES:
        raise _refused(
            _("It has %(size)s bytes; %(most)s are possible.") % {"size": size_bytes, "most": MOST_BYTES},
            remedy=_("Have the guest fetch what is large: #include and the address, one on each line."),
        )
    odd = next((each for each in text if not each.isprintable() and each not in "\n\r\t\f"), None)
    if odd is not None:
        line = text[: text.index(odd)].count("\n") + 1
        raise _refused(
            _("Line %(line)s holds the control character %(odd)r: it is binary.")
            % {"line": line, "odd": odd},
            remedy=_("Encode what is binary as base64, in write_files with encoding: b64."),
        )
    return size_bytes


def _yaml(text: str) -> object:
    try:
        return yaml.load(text, Loader=yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _refused(
            _("Line %(line)s, column %(column)s: it is no YAML: %(problem)s.")
            % {
                "line": mark.line + 1 if mark else "?",
                "column": mark.column + 1 if mark else "?",
                "problem": error.problem or error.context,
            }
        ) from None
    except (yaml.YAMLError, RecursionError, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise _refused(_("It is no YAML: %(problem)s.") % {"problem": str(error)[:200]}) from None


def _warnings(content: object) -> tuple[str, ...]:
    if content is None:
        return (_("It says nothing."),)
    if not isinstance(content, dict):
        raise _refused(
            _("Settings are names with values, for example hostname: web; this is a %(kind)s.")
            % {"kind": type(content).__name__}
        )
    unknown = sorted(str(key) for key in content if key not in KNOWN_KEYS)
    found = [
        _("cloud-init does not know %(key)s, and passes over it.") % {"key": key} for key in unknown[:10]
    ]
    if {"users", "chpasswd", "password"} & content.keys():
        found.append(
            _("It names users or passwords itself: these win over the keys and the first password here.")
        )
    return tuple(found)


def _refused(problem: str, remedy: str = "") -> UnusableUserData:
    refusal = UnusableUserData(_("User data: %(problem)s") % {"problem": problem}, remedy=remedy)
    refusal.problem = problem
    return refusal
