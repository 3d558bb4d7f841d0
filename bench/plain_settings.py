"""Production's settings with the comparison's addresses instead of ours."""

from portal.settings.production import *  # noqa: F403

ROOT_URLCONF = "bench.plain_drf"
