"""Which mails there are, and what each must be told. The words stand in ``templates/mail/``.

| template | sent when | context |
|---|---|---|
| ``password_reset`` | somebody forgot their password | ``link``, ``minutes`` the link is good for |
| ``email_code`` | a code is the second factor | ``code``, ``seconds`` it is good for |
| ``confirmation_code`` | a code shows again who somebody is, before a change of their account | ``code``, ``seconds`` it is good for |
| ``account_locked`` | too many wrong passwords | ``minutes``, ``attempts``, ``address`` they came from (may be empty) |
| ``approval_requested`` | an approver is needed | ``requester``, ``what``, ``price`` (may be empty), ``reasons`` (sentences), ``expires_at`` (datetime), ``link`` |
| ``approval_decided`` | a request was granted or refused | ``what``, ``approved`` (bool), ``decided_by``, ``reason`` (may be empty), ``link`` |
| ``approval_expired`` | nobody decided in time | ``what``, ``link`` |
| ``limit_lease_expired`` | the time a soft limit might be passed for is over | ``resource``, ``place``, ``used`` and ``limit`` (empty for who may not know them), ``link`` |
| ``guest_password`` | a machine was deployed whose guest was given a first password | ``machine``, ``login`` (may be empty), ``password``, ``link`` |
| ``test`` | somebody tries a mail server | ``server``, ``tester`` |

Every template also knows ``product`` (the name in the theme), ``name`` (whom it is written to, may be
empty), ``look`` (the theme) and ``portal_url``. Links are whole addresses. Words of ours in a context are lazy,
and what is kept for later is kept as a code with figures, so that each reader has them in their language.
"""  # noqa: E501  a table

from collections.abc import Mapping
from typing import Any

LETTERS: Mapping[str, frozenset[str]] = {
    "password_reset": frozenset({"link", "minutes"}),
    "email_code": frozenset({"code", "seconds"}),
    "confirmation_code": frozenset({"code", "seconds"}),
    "account_locked": frozenset({"minutes", "attempts", "address"}),
    "approval_requested": frozenset({"requester", "what", "price", "reasons", "expires_at", "link"}),
    "approval_decided": frozenset({"what", "approved", "decided_by", "reason", "link"}),
    "approval_expired": frozenset({"what", "link"}),
    "limit_lease_expired": frozenset({"resource", "place", "used", "limit", "link"}),
    "guest_password": frozenset({"machine", "login", "password", "link"}),
    "test": frozenset({"server", "tester"}),
}


def check_context(template: str, context: Mapping[str, Any]) -> None:
    """Raise ValueError when a mail would be written with gaps: a mistake of the calling program."""
    if template not in LETTERS:
        raise ValueError(f"there is no mail template {template!r}")
    if context.keys() != LETTERS[template]:
        raise ValueError(f"mail {template!r} takes {sorted(LETTERS[template])}, not {sorted(context)}")
