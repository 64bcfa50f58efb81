"""Reads settings from the environment, as they are: a `$` is a `$`.

django-environ takes a value that begins with `$` for the name of another variable and has no
option against it, so it only reads the file here. No message holds a value: most of them are
secrets.
"""

import logging
import re
import sys
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import TypeVar

import environ
from cryptography.fernet import Fernet

T = TypeVar("T")
SWITCH = dict.fromkeys(("1", "on", "true", "yes", "y"), True)
SWITCH |= dict.fromkeys(("0", "off", "false", "no", "n"), False)
A_LINE = re.compile(r"(?:export )?[A-Za-z_0-9]+=|#|$")


class Wrong(Exception):
    """A value is wrong. The text follows the name of the setting in a sentence."""


class Environment:
    """The settings, and a sentence for each that is missing or wrong."""

    def __init__(self, values: MutableMapping[str, str]) -> None:
        self.values = values
        self.problems: list[str] = []

    def read_file(self, file: Path) -> None:
        """Add what a `.env` says. What is set already wins. A missing file says nothing."""
        logging.getLogger("environ.environ").setLevel(logging.ERROR)  # its warnings quote lines
        try:
            lines = file.read_text("utf-8-sig").splitlines()
        except UnicodeDecodeError:
            self.problems.append(f"{file.name} is not in UTF-8. Save it as UTF-8.")
            return
        except OSError:
            return
        for number, line in enumerate(lines, 1):
            if not A_LINE.match(line):
                self.problems.append(
                    f"Line {number} of {file.name} cannot be read. Write NAME=value."
                )

        class File(environ.Env):
            ENVIRON = self.values  # type: ignore[assignment]

        File.read_env(file, encoding="utf-8-sig")

    def require(self, *names: str) -> None:
        missing = [name for name in names if not self.values.get(name, "").strip()]
        if missing:
            self.problems.append(
                f"Set {' and '.join(missing)} in the environment or in .env. See .env.example."
            )

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name) or default

    def read(self, name: str, convert: Callable[[str], T], default: T) -> T:
        """Return the converted value; the default if it is empty, or wrong, which is noted."""
        text = self.text(name)
        try:
            return convert(text) if text.strip() else default
        except Wrong as wrong:
            self.problems.append(f"{name} {wrong}")
            return default

    def stop_if_wrong(self) -> None:
        """End the process with one sentence for each problem, if there is any."""
        if self.problems:
            sys.exit("\n".join(self.problems))


def names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def switch(text: str) -> bool:
    try:
        return SWITCH[text.strip().lower()]
    except KeyError:
        raise Wrong("must be on or off.") from None


def count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text.strip(), re.ASCII):
        raise Wrong("must be a number such as 0 or 1.")
    return int(text)


def origins(text: str) -> list[str]:
    found = names(text)
    for position, origin in enumerate(found, 1):
        if not re.match(r"https?://[^/]", origin):
            raise Wrong(
                f"must hold origins with their scheme, such as https://quo-admin.example.com. "
                f"Entry {position} has none."
            )
    return found


def field_keys(text: str) -> list[str]:
    found = names(text)
    for position, key in enumerate(found, 1):
        try:
            Fernet(key)
        except ValueError:
            raise Wrong(
                f"must hold keys of 32 bytes in base64. Entry {position} of {len(found)} is no "
                "key. .env.example says how to create one."
            ) from None
    if not found:
        raise Wrong("holds no key. .env.example says how to create one.")
    return found
