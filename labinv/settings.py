"""Settings, read from the environment; README has the table of the variables."""

import sys
import warnings
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from psycopg import IsolationLevel

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

if env.str("LABINV_DEBUG", default="true").lower() not in (
    *env.BOOLEAN_TRUE_STRINGS,
    "false",
    "off",
    "no",
    "0",
    "n",
    "f",
):
    raise ImproperlyConfigured(f"LABINV_DEBUG is {env.str('LABINV_DEBUG')!r}; it is true or false.")
DEBUG = env.bool("LABINV_DEBUG", default=True)


def strong(name, value):
    """Return the secret `value` of the setting `name` where nobody can guess it."""
    if len(value) < 32 or "everybody knows it" in value:
        raise ImproperlyConfigured(f"{name} has {len(value)} characters; give at least 32 random ones of your own.")
    return value


def secret(name):
    """Return the secret `name`; only with debug on may it be missing, and then it is a public one."""
    value = env.str(name, default="").strip()
    if not value and not DEBUG:
        raise ImproperlyConfigured(
            f"{name} is not set. With LABINV_DEBUG off labinv starts only with its secrets: set {name} to at least "
            "32 random characters, for example the output of `openssl rand -base64 48`."
        )
    return strong(name, value) if value else f"{name} for development only, everybody knows it"


def secrets(name):
    """Return the secrets `name`, separated by commas; there may be none."""
    return [strong(name, value.strip()) for value in env.str(name, default="").split(",") if value.strip()]


def whole_number(name, default, least, most):
    """Return the whole number `name`, from `least` to `most`."""
    value = env.str(name, default="").strip() or str(default)
    if not (value.isascii() and value.isdecimal() and len(value) < 10 and least <= int(value) <= most):
        raise ImproperlyConfigured(f"{name} is {value!r}; give a whole number from {least} to {most}.")
    return int(value)


SECRET_KEY = secret("LABINV_SECRET_KEY")
AUDIT_KEY = secret("LABINV_AUDIT_KEY")
if SECRET_KEY == AUDIT_KEY:
    raise ImproperlyConfigured("LABINV_AUDIT_KEY equals LABINV_SECRET_KEY; give each a key of its own.")
# Keys that signed earlier entries of the ledger, so that they still verify; nothing new is signed with them.
AUDIT_KEYS_BEFORE = secrets("LABINV_AUDIT_KEYS_BEFORE")
if DEBUG and ("runserver" in sys.argv or "gunicorn" in sys.argv[0]):
    warnings.warn("labinv runs with development settings (LABINV_DEBUG is on): not for real samples.", stacklevel=1)

ALLOWED_HOSTS = env.list("LABINV_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEBUG else [])
ALLOWED_HOSTS = [host.strip() for host in ALLOWED_HOSTS if host.strip()]
if "*" in ALLOWED_HOSTS and not DEBUG:
    raise ImproperlyConfigured("LABINV_ALLOWED_HOSTS is *; name the hosts people reach labinv by, with commas.")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("LABINV_ALLOWED_HOSTS is not set: name the hosts people reach labinv by, with commas.")
# Where people reach labinv; printed on labels, and an https one turns on the settings for it below.
BASE_URL = env.str("LABINV_BASE_URL", default="http://127.0.0.1:8000" if DEBUG else f"https://{ALLOWED_HOSTS[0]}")
if not BASE_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(f"LABINV_BASE_URL is {BASE_URL!r}; it begins with http:// or https://.")
# Who answers for the data: the author in the citation of a data package.
LABORATORY = env.str("LABINV_LABORATORY", default=urlsplit(BASE_URL).hostname or "").strip()
if not LABORATORY.isprintable() or not 1 <= len(LABORATORY) <= 200:
    raise ImproperlyConfigured(
        f"LABINV_LABORATORY is {LABORATORY[:40]!r}; give a name on one line, 200 characters at most."
    )

INSTALLED_APPS = [
    "samples",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "simple_history",
    "axes",
    "csp",
    "lucide",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "samples.views.access.only_utf_8",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Deny by default: a view that anybody may see says so itself.
    "samples.views.access.DenyByDefault",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # After the person is known, whom the page of a refusal greets; before any view or check reads what was posted.
    "samples.views.uploads.bounded",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "labinv.urls"
WSGI_APPLICATION = "labinv.wsgi.application"

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
                "samples.views.frame.frame",
            ],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'labinv.sqlite3'}")}
ENGINE = DATABASES["default"].get("ENGINE")
if ENGINE == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Every transaction of an operation takes the write lock at its beginning, or waits for it.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        # Without it a REPLACE would delete rows that no trigger of the audit sees.
        "PRAGMA recursive_triggers=ON;",
    }
elif ENGINE == "django.db.backends.postgresql":
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    # Whoever waited for the writers' lock has to see what was written before it, whatever the server's default is.
    DATABASES["default"].setdefault("OPTIONS", {})["isolation_level"] = IsolationLevel.READ_COMMITTED
else:
    raise ImproperlyConfigured(
        "DATABASE_URL names neither sqlite nor postgres; labinv keeps its promises on these two."
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "samples.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# The first one makes new hashes; one that another made is replaced at its owner's next sign-in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Wrong passwords in a row after which a user name has to wait at one address; at every other one it is free.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "samples.views.throttle.counted_name"
AXES_CLIENT_IP_CALLABLE = "samples.views.throttle.client_address"
AXES_LOCKOUT_CALLABLE = "samples.views.throttle.locked"
AXES_RESET_ON_SUCCESS = True
# Who goes on trying while locked out neither waits longer for it nor fills the database.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ACCESS_FAILURE_LOG = True
# What was posted is kept beside a failure, but never these.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "new_password", "new_password_again", "kept"]
# The console has pages of its own for them.
AXES_ENABLE_ADMIN = False
# Each proxy adds the address it was asked from to X-Forwarded-For; only what our own ones added is believed.
TRUSTED_PROXIES = whole_number("LABINV_TRUSTED_PROXIES", 0, 0, 9)
# A visit ends when nothing was done for so long, and after so many hours in any case.
IDLE_MINUTES = whole_number("LABINV_IDLE_MINUTES", 60, 1, 24 * 60)
SESSION_HOURS = whole_number("LABINV_SESSION_HOURS", 12, 1, 7 * 24)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
# A handoff that is released and not received for longer is overdue; a year at most.
OVERDUE_AFTER_HOURS = whole_number("LABINV_OVERDUE_AFTER_HOURS", 24, 1, 366 * 24)
# So many requests of a token are answered in each minute of the clock.
TOKEN_REQUESTS_PER_MINUTE = whole_number("LABINV_TOKEN_REQUESTS_PER_MINUTE", 60, 1, 100_000)
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "overview"
LOGOUT_REDIRECT_URL = "sign_in"

# Times are kept in UTC and shown in the laboratory's zone.
USE_TZ = True
TIME_ZONE = env.str("LABINV_TIME_ZONE", default="Asia/Shanghai")
try:
    ZoneInfo(TIME_ZONE)
except (ZoneInfoNotFoundError, ValueError, OSError):
    raise ImproperlyConfigured(f"LABINV_TIME_ZONE is {TIME_ZONE!r}; give a name like Asia/Shanghai or UTC.") from None
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
# So that a clone serves its static files without `collectstatic`; in production that command is run.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# A reason may be longer than the hundred characters the library allows by default.
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
# How much one request may bring along; files are bounded by the handler, whole requests by samples.views.uploads.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 4
FILE_UPLOAD_HANDLERS = ["samples.views.uploads.BoundedFile"]
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_NAME = "labinv_session"
CSRF_COOKIE_NAME = "labinv_csrf"
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "samples.views.session.csrf_failure"

if BASE_URL.startswith("https://"):
    SECURE_SSL_REDIRECT = True
    # The health check of a container platform asks without TLS.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [BASE_URL.rstrip("/")]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
