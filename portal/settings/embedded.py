"""One machine, SQLite and a private Redis: what ``make run`` starts."""

from urllib.parse import urlsplit

from portal.settings.base import *  # noqa: F403
from portal.settings.base import DATABASES, ENV
from portal.settings.environment import environment

environment().require("secret_key", "broker_url", "redis_url")
if not ENV.database_url:
    DATABASES["default"]["NAME"] = str(ENV.data_dir / "atrium.sqlite3")

# Browsers send cookies to every port of a host: two copies side by side must not take each other's.
_PORT = urlsplit(ENV.public_url).port or 80
SESSION_COOKIE_NAME = f"atrium-session-{_PORT}"
CSRF_COOKIE_NAME = f"atrium-csrf-{_PORT}"

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
ATRIUM_MAIL_PRIVATE_HOSTS = True
