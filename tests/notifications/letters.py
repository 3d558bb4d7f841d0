"""One example of every mail, with contexts as real callers give them."""

from datetime import UTC, datetime

EXAMPLES = {
    "password_reset": {"link": "https://cloud.example/reset/canary-token", "minutes": 30},
    "email_code": {"code": "canary-271828", "seconds": 60},
    "confirmation_code": {"code": "canary-161803", "seconds": 60},
    "account_locked": {"minutes": 15, "attempts": 5, "address": "192.0.2.7"},
    "approval_requested": {
        "requester": "Ulf",
        "what": "deploy web <1>",
        "price": "0.25 EUR per hour",
        "reasons": ["It costs more than 0.10 EUR per hour."],
        "expires_at": datetime(2030, 5, 1, 12, 30, tzinfo=UTC),
        "link": "https://cloud.example/approvals/1/",
    },
    "approval_decided": {
        "what": "deploy web",
        "approved": False,
        "decided_by": "Anna",
        "reason": "Too dear.",
        "link": "https://cloud.example/approvals/1/",
    },
    "approval_expired": {"what": "deploy web", "link": "https://cloud.example/approvals/1/"},
    "limit_lease_expired": {
        "resource": "memory",
        "place": "Acme",
        "used": "34 GiB",
        "limit": "32 GiB",
        "link": "https://cloud.example/limits/",
    },
    "guest_password": {
        "machine": "web <1>",
        "login": "debian",
        "password": "canary-<&>-314159",
        "link": "https://cloud.example/machines/1/guest/",
    },
    "test": {"server": "mail.example:587", "tester": "Anna"},
}
