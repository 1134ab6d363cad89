"""Settings of every process, read from the environment; the only place that reads a clock.

`CLOCK` is the legal clock (hall time, Asia/Shanghai), which a demo may shift; `REAL_CLOCK` times sessions, nonces, leases.
"""

import os
import secrets
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

SOURCE = Path(__file__).resolve().parent
ROOT = SOURCE.parents[1]
ZONE = ZoneInfo("Asia/Shanghai")

DEMO = os.environ.get("ONEVISIT_DEMO") == "1"
VAR = Path(os.environ.get("ONEVISIT_VAR", ROOT / "var"))
KEYS = Path(os.environ.get("ONEVISIT_KEYS", VAR / "keys"))
PACKS = Path(os.environ.get("ONEVISIT_PACKS", ROOT / "packs"))
DATA = Path(os.environ.get("ONEVISIT_DATA", ROOT / "data"))
BASE_URL = os.environ.get("ONEVISIT_BASE_URL", "http://127.0.0.1:8000")
SUITE = os.environ.get("ONEVISIT_SUITE", "gm")
METRICS_TOKEN = os.environ.get("ONEVISIT_METRICS_TOKEN", "")
FAULT = os.environ.get("ONEVISIT_FAULT", "") if DEMO else ""
WITNESS = os.environ.get("ONEVISIT_WITNESS", "")
NOW = os.environ.get("ONEVISIT_NOW", "") if DEMO else ""
RATE = float(os.environ.get("ONEVISIT_RATE", "1"))


def REAL_CLOCK() -> datetime:  # noqa: N802 - a setting, written as settings are
    """The time that it is."""
    return datetime.now(ZONE)


def _anchor() -> tuple[datetime, datetime]:
    """The shifted moment and the real one at which it held; the first process hands the latter on, so that all agree."""
    real = os.environ.setdefault("ONEVISIT_NOW_SINCE", REAL_CLOCK().isoformat())
    shifted = datetime.fromisoformat(NOW)
    return shifted.replace(tzinfo=shifted.tzinfo or ZONE).astimezone(ZONE), datetime.fromisoformat(real)


_SHIFT = _anchor() if NOW else None


def CLOCK() -> datetime:  # noqa: N802
    """The time that counts for the law, in hall time."""
    if _SHIFT is None:
        return REAL_CLOCK()
    shifted, since = _SHIFT
    return shifted + (REAL_CLOCK() - since) * RATE


def keep_once(path: Path, content: str) -> None:
    """The file `path` exists, readable by its owner only; whoever came first wrote it whole."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    fresh.write_text(content, encoding="ascii")
    fresh.chmod(0o400)
    with suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()


def _secret() -> str:
    """The key of sessions and forms; made once in a demo. Elsewhere its absence makes Django refuse to serve."""
    kept = KEYS / "session"
    if DEMO:
        keep_once(kept, secrets.token_urlsafe(48))
    return kept.read_text(encoding="ascii") if kept.exists() else ""


def database(url: str) -> dict[str, Any]:
    """Django's database settings for a postgresql:// address; what follows `?` (as `host` of a socket) goes to libpq."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError(f"DATABASE_URL 必须以 postgresql:// 开头，收到的是 {parts.scheme or '空'}://")
    account, _, place = parts.netloc.rpartition("@")
    user, _, password = account.partition(":")
    host, _, port = place.partition(":")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]) or "onevisit",
        "USER": unquote(user),
        "PASSWORD": unquote(password),
        "HOST": unquote(host),
        "PORT": port,
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"pool": POOL, "options": TIMEOUTS, **PREPARED, **dict(parse_qsl(parts.query))},
    }


_most = int(os.environ.get("ONEVISIT_POOL", "0"))  # only the web keeps connections (wsgi.py)
POOL = _most and {"min_size": 1, "max_size": _most, "timeout": 5}
PREPARED = {"server_side_binding": True, "prepare_threshold": 3}  # planned once a connection: a third off the server's work
TIMEOUTS = "-c statement_timeout=10s -c lock_timeout=3s -c idle_in_transaction_session_timeout=30s"
_written = VAR / "database-url"  # left there by `make run` for commands in another shell
DATABASE_URL = os.environ.get("DATABASE_URL") or (_written.read_text().strip() if _written.exists() else "postgresql:///onevisit")
DATABASES = {"default": database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["onevisit.identity.login.Sessions"]

ROOMS = ["ledger", "city", "identity", "papers", "catalogue", "proofs", "sharing", "rules", "payments", "licences", "notices",
         "deliveries", "cases", "halls"]  # fmt: skip
INSTALLED_APPS = [
    *(f"django.contrib.{name}" for name in ("auth", "contenttypes", "sessions", "messages", "staticfiles")),
    *("procrastinate.contrib.django", "csp", *(f"onevisit.{room}" for room in ROOMS)),
    *(f"onevisit.channels.{name}" for name in ("ui", "portal", "workbench", "studio", "api")),
]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
_TASKS = "ledger.once ledger.roots identity.limits catalogue.jobs payments.jobs deliveries.jobs cases.jobs halls.jobs reactions"
PROCRASTINATE_IMPORT_PATHS = [f"onevisit.{name}" for name in _TASKS.split()]

SECRET_KEY = os.environ.get("ONEVISIT_SECRET_KEY") or _secret()
DEBUG = False
ALLOWED_HOSTS = [*os.environ.get("ONEVISIT_HOSTS", "").split(), urlsplit(BASE_URL).hostname or "", "localhost"]
PROXIES = frozenset(os.environ.get("ONEVISIT_PROXIES", "").split())  # ours: believed when they say for whom they ask
ROOT_URLCONF, CSRF_FAILURE_VIEW = "onevisit.urls", "onevisit.channels.ui.trouble.forged"
MIDDLEWARE = [
    *(f"onevisit.channels.api.middleware.{name}" for name in ("probes", "records", "kept", "troubles", "limited")),
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "onevisit.identity.login.actor_middleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "onevisit.channels.ui.trouble.Trouble",
]
_REQUEST = {"context_processors": ["django.template.context_processors.request", "onevisit.channels.ui.look.look"]}
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": _REQUEST}]
_SELF, _NONE = ["'self'"], ["'none'"]
_POLICY = {"default-src": _SELF, "form-action": _SELF, "object-src": _NONE, "base-uri": _NONE, "frame-ancestors": _NONE}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": _POLICY}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SESSION_COOKIE_AGE, SESSION_SAVE_EVERY_REQUEST = 30 * 60, True
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a guide with 200 materials has 5,000; its length is bounded beside that
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO or BASE_URL.startswith("https:")
LANGUAGE_CODE, TIME_ZONE, USE_TZ = "zh-hans", "Asia/Shanghai", True
STATIC_URL, STATIC_ROOT = "static/", VAR / "static"
WHITENOISE_USE_FINDERS = True
_CONSOLE = {"handlers": {"console": {"class": "logging.StreamHandler"}}}
LOGGING = {"version": 1, **_CONSOLE, "loggers": {"django.request": {"handlers": ["console"], "propagate": False}}}
