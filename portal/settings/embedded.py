"""One machine, SQLite and a private Redis: what ``make run`` starts."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import DATABASES, ENV
from portal.settings.environment import environment

environment().require("secret_key", "broker_url", "redis_url")
if not ENV.database_url:
    DATABASES["default"]["NAME"] = str(ENV.data_dir / "atrium.sqlite3")

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
