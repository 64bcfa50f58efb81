"""Settings, from the environment or `.env`. The README lists the names.

SECRET_KEY and FIELD_KEYS have no default. A missing or wrong setting stops Quo Admin at once, by
name, and its value is not printed.
"""

import os
import re
import sys
import warnings
from pathlib import Path
from urllib.parse import quote

from quo_admin import environment
from quo_admin.database_url import database

BASE_DIR = Path(__file__).resolve().parent.parent
env = environment.Environment(os.environ)
env.read_file(BASE_DIR / ".env")

# Secrets
env.require("SECRET_KEY", "FIELD_KEYS")
SECRET_KEY = env.text("SECRET_KEY")
# Newest first; the others only decrypt.
FIELD_KEYS: list[str] = env.read("FIELD_KEYS", environment.field_keys, [])
QUO_API_KEY = env.text("QUO_API_KEY")  # checked by a system check and the first call

# Addresses
DEBUG = env.read("DEBUG", environment.switch, False)
HERE = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.read("ALLOWED_HOSTS", environment.names, HERE)
CSRF_TRUSTED_ORIGINS: list[str] = env.read("CSRF_TRUSTED_ORIGINS", environment.origins, [])
TRUSTED_PROXIES = env.read("TRUSTED_PROXIES", environment.count, 0)
QUO_API_URL = env.text("QUO_API_URL", "https://api.quo.com")
# Two letters: the country of phone numbers without a country code. "" is that of most numbers.
DEFAULT_COUNTRY = env.text("DEFAULT_COUNTRY").strip().upper()
BESIDE = database(f"sqlite:///{quote(str(BASE_DIR))}/db.sqlite3")
DATABASES = {"default": env.read("DATABASE_URL", database, BESIDE)}
env.stop_if_wrong()

ROOT_URLCONF = "quo_admin.urls"
WSGI_APPLICATION = "quo_admin.wsgi.application"

INSTALLED_APPS = [
    "quo_admin.quo",
    "quo_admin.audit",
    "quo_admin.worker",
    "quo_admin.workspace",
    "quo_admin.webhooks",
    "quo_admin.batches",
    "quo_admin.numbers",
    "quo_admin.onboarding",
    "quo_admin.home",
    "quo_admin.accounts",  # after webhooks: its groups need the permissions of the others
    "quo_admin.sandbox",
    "allauth",
    "allauth.account",
    "quo_admin.accounts.apps.PeopleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "quo_admin.accounts.current_user.CurrentUserMiddleware",
    "quo_admin.accounts.session_ended.session_ended_middleware",
    "quo_admin.audit.middleware.origin_middleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "quo_admin.error_pages.DatabaseOutageMiddleware",
]

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
                "quo_admin.context_processors.every_page",
                "quo_admin.navigation.navigation",
            ],
            "builtins": ["quo_admin.template_tags"],
        },
    },
]

# Data
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock at once, so that two writers queue instead of failing midway.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# In the database, since login limits counted in each process's own memory would multiply.
CACHES = {
    "default": {
        "BACKEND": "quo_admin.accounts.limits_cache.LimitsCache",
        "LOCATION": "cache",
        # At the default of 300, a flood of names pushes counters out.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Sign-in
# Not allauth's: an inactive account must be rejected like a wrong password.
AUTHENTICATION_BACKENDS = ["quo_admin.accounts.current_user.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{VALIDATORS}.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "quo_admin.accounts.allauth_adapter.AllauthAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "login": "quo_admin.accounts.forms.SignInForm",
    "reauthenticate": "quo_admin.accounts.forms.ConfirmForm",
    "change_password": "quo_admin.accounts.forms.PasswordForm",
}
ACCOUNT_SESSION_REMEMBER = False  # ends with the browser, or after a working day
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # seconds; our limit
ACCOUNT_RATE_LIMITS = {  # our limits; the sign-in page says how long to wait
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",  # key: the username; see accounts/allauth_adapter.py
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}

# Cookies and headers. An https origin above means that people use TLS.
BY_TLS = any(origin.startswith("https://") for origin in CSRF_TRUSTED_ORIGINS)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BY_TLS
SESSION_ENGINE = "quo_admin.accounts.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds: a working day
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if BY_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "quo_admin.error_pages.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# Uploads stay in memory: a delivery's body, or a list of numbers. A larger file is ignored.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024  # bytes
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE  # numbers read from the largest file
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a checkbox each: all numbers of a large company

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"  # pages name UTC beside each time: see times.py

# Static files: from the sources until `collectstatic` has been run.
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / ".static"
IS_COLLECTING = sys.argv[1:2] == ["collectstatic"]  # writes the manifest that is looked for below
COLLECTED = IS_COLLECTING or (STATIC_ROOT / "staticfiles.json").exists()
WHITENOISE_USE_FINDERS = not COLLECTED
# Expected: nothing has been collected yet.
warnings.filterwarnings("ignore", f"No directory at: {re.escape(str(STATIC_ROOT))}")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

DEFAULT_EXCEPTION_REPORTER_FILTER = "quo_admin.error_report.ErrorReportFilter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # At DEBUG it logs the whole context for each missing name in a template: URLs, keys.
    "loggers": {"django.template": {"level": "INFO"}},
}
