"""Settings every profile shares."""

from pathlib import Path

from portal.settings.back_office import UNFOLD  # noqa: F401  read by the admin theme
from portal.settings.database import database
from portal.settings.environment import environment

ENV = environment()
BASE_DIR = Path(__file__).resolve().parents[2]
NODE_MODULES = BASE_DIR / "node_modules"

SECRET_KEY = ENV.secret_key
SECRET_KEY_FALLBACKS = ENV.older_keys
DEBUG = False
ALLOWED_HOSTS = [host.strip() for host in ENV.allowed_hosts.split(",") if host.strip()]
CSRF_TRUSTED_ORIGINS = [ENV.public_url]

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "channels",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "core",
    "events",
    "operations",
    "tenants",
    "branding",
    "notifications",
    "identity",
    "approvals",
    "infrastructure",
    "networking",
    "catalogue",
    "billing",
    "compute",
    "consoles",
    "portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.CorrelationMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "identity.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "identity.middleware.SignInMiddleware",
    "portal.stream_position.StreamPositionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.security.BackOfficePolicy",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "portal.urls"
ASGI_APPLICATION = "portal.asgi.application"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.shell",
            ]
        },
    }
]

DATABASES = {"default": database(ENV.database_url or "sqlite:///:memory:")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "tenants.User"
AUTHENTICATION_BACKENDS = [
    "identity.federation.ldap.backend.LdapBackend",
    "identity.federation.local_passwords.LocalPasswordSwitch",
    "identity.backends.PasswordBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "identity.validators.InstallationPolicy"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "nick"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "identity.ui.adapter.AccountAdapter"
ACCOUNT_FORMS = {"change_password": "identity.ui.forms.OwnPasswordForm"}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
PASSWORD_RESET_TIMEOUT = 1_800
MFA_ADAPTER = "identity.ui.mfa.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ENV.public_url.startswith("http://")
SOCIALACCOUNT_ADAPTER = "identity.federation.adapter.FederationAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"provider_class": "identity.federation.oidc.provider.OidcProvider"},
    "saml": {"provider_class": "identity.federation.saml.provider.SamlProvider"},
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = ENV.data_dir / "staticfiles"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    *(
        (prefix, NODE_MODULES / folder)
        for prefix, folder in (
            ("vendor/tabler/css", "@tabler/core/dist/css"),
            ("vendor/tabler/img", "@tabler/core/dist/img"),
            ("vendor/tabler/js", "@tabler/core/dist/js"),
            ("vendor/icons", "@tabler/icons-webfont/dist"),
            ("vendor/htmx", "htmx.org/dist"),
            ("vendor/novnc", "@novnc/novnc"),
            ("vendor/inter", "@fontsource-variable/inter"),
        )
        if (NODE_MODULES / folder).is_dir()
    ),
]

DJANGO_REDIS_IGNORE_EXCEPTIONS = True
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True
if ENV.redis_url:
    CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": ENV.redis_url,
            "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 1, "SOCKET_TIMEOUT": 1, "IGNORE_EXCEPTIONS": True},
        }
    }
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [ENV.redis_url]},
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "identity.api.one_factor.BasicWithoutSecondFactor",
        "identity.api.one_factor.TokenWithoutSecondFactor",
        "identity.api.authentication.OAuthProgram",
        "identity.api.authentication.BearerProgram",
        "tenants.api.authentication.BrowserUser",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Atrium",
    "VERSION": ENV.api_version,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api",
    "POSTPROCESSING_HOOKS": ["core.api.schema.security_schemes"],
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "connect-src": ["'self'", "ws:", "wss:"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
    }
}
X_FRAME_OPTIONS = "DENY"

ATRIUM_PUBLIC_URL = ENV.public_url.rstrip("/")
ATRIUM_CLIENT_ADDRESS_HEADER = ""
ATRIUM_BROKER_URL = ENV.broker_url
ATRIUM_REDIS_URL = ENV.redis_url
ATRIUM_API_VERSION = ENV.api_version
ATRIUM_SIMULATED = ENV.simulated
ATRIUM_OAUTH_ACCESS_SECONDS = ENV.oauth_access_seconds
ATRIUM_MAIL_PRIVATE_HOSTS = ENV.mail_private_hosts
ATRIUM_MAIL_CA_FILE = ENV.mail_ca_file
ATRIUM_FETCH_ALLOWED_NETWORKS = [
    each.strip() for each in ENV.fetch_allowed_networks.split(",") if each.strip()
]
ATRIUM_APPROVAL_NETWORKS = [each.strip() for each in ENV.approval_networks.split(",") if each.strip()]
ATRIUM_SOFT_LIMIT_DETAILS = ENV.soft_limit_details
ATRIUM_HARD_LIMIT_DETAILS = ENV.hard_limit_details
ATRIUM_GUEST_PASSWORD_LENGTH = ENV.guest_password_length
ATRIUM_GUEST_PASSWORD_EXCLUDE = ENV.guest_password_exclude
ATRIUM_FQDN_LABEL_PATTERN = ENV.fqdn_label_pattern

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": ENV.log_level},
    # Templates tell at DEBUG of every variable they miss, with all the page would show, secrets included.
    "loggers": {"django.request": {"level": "ERROR"}, "django.template": {"level": "INFO"}},
}
