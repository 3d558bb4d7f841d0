"""MariaDB, RabbitMQ with quorum queues, Redis; TLS ends at the proxy in front."""

from urllib.parse import urlsplit

from portal.settings.base import *  # noqa: F403
from portal.settings.base import ENV
from portal.settings.environment import environment

environment().require("secret_key", "database_url", "broker_url", "redis_url")

if ENV.allowed_hosts == "*":
    # Browsers name the host they mean; without a list only the public address is meant.
    ALLOWED_HOSTS = [urlsplit(ENV.public_url).hostname]

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ATRIUM_CLIENT_ADDRESS_HEADER = ALLAUTH_TRUSTED_CLIENT_IP_HEADER = "X-Real-IP"
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
