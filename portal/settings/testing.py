"""For pytest: SQLite in memory unless ATRIUM_DATABASE_URL names a server; fast hashing of passwords."""

import os

from portal.settings.base import *  # noqa: F403
from portal.settings.base import ENV
from portal.settings.base import SECRET_KEY as _configured_key

SECRET_KEY = _configured_key or "only-for-tests-0123456789-0123456789-0123456789"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
LOGGING_CONFIG = None
# The whole product as processes is told its own address.
ATRIUM_PUBLIC_URL = os.environ.get("ATRIUM_PUBLIC_URL", "http://testserver")
ATRIUM_BROKER_URL = ENV.broker_url or "memory://"
ATRIUM_MAIL_PRIVATE_HOSTS = True
