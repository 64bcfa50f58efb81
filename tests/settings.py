"""The product's settings with secrets of the tests' own, whatever stands in the environment."""

import os
import tempfile
from pathlib import Path

os.environ.update(
    SECRET_KEY="tests-only-" + "0123456789" * 5,
    FIELD_KEYS="dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
    QUO_API_KEY="tests-only-api-key",
    QUO_API_URL="http://127.0.0.1:9",  # the discard port: nothing answers there
    DEBUG="off",
    ALLOWED_HOSTS="localhost,127.0.0.1,testserver",
    CSRF_TRUSTED_ORIGINS="",
    TRUSTED_PROXIES="0",
)
os.environ.setdefault(  # the tests make their own beside it
    "DATABASE_URL", f"sqlite:///{tempfile.gettempdir()}/quo-admin-tests-never-used.sqlite3"
)

from quo_admin.settings import *  # noqa: F403
from quo_admin.settings import DATABASES

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, since threads and processes of one test must meet in one database.
    name = Path(tempfile.gettempdir()) / f"quo-admin-tests-{os.getpid()}.sqlite3"
    DATABASES["default"]["TEST"] = {"NAME": str(name)}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; one test uses argon2
