"""The impatient people of crash.py. Each has a browser and a web server of their own."""

import re
from dataclasses import dataclass

import requests

from quo_admin.sandbox.seed.members import MAYA, SAM
from quo_admin.sandbox.seed.numbers import IDS
from tests.bench.crash_processes import WebServer

NEW = "/webhooks/new/"
LOGIN = "/accounts/login/"
OPERATOR = {"login": "operator", "password": "demo-operator-2026"}  # of manage.py demo_people
PATIENCE_S = 60
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
TOKEN = re.compile(r'name="token" value="([^"]+)"')
ATTEMPT = re.compile(r'href="(/webhooks/attempts/\d+/)"')
LOOK_NOW = re.compile(r'action="(/webhooks/attempts/\d+/reconcile/)"')
SEND_AGAIN = re.compile(r'href="(/webhooks/new/\?again=\d+)"')

NUMBERS = [number for number in IDS.values() if number not in ("*", "PNLq3vZ8kWd")]
MEMBERS = ["", SAM, MAYA, ""]
EVENTS = [["message.received"], ["message.delivered"], ["message.received", "message.delivered"]]


@dataclass
class Run:
    """One webhook that somebody wants, and what came of it.

    Attributes:
        n: counts from 0, over all points.
        first_answer: what the first press brought: "created", "maybe", "dropped", or a status.
        attempt: address of the page of the attempt that is not reconciled yet, if there is one.
    """

    n: int
    label: str
    first_answer: str = ""
    attempt: str = ""
    sent_again: bool = False

    def form(self) -> dict[str, object]:
        """What is typed: an address of this run's own, and a bit of everything else."""
        return {
            "label": self.label,
            "url": f"https://bench.example/{self.label.replace(' ', '/')}",
            "events": EVENTS[self.n % 3],
            "resourceIds": NUMBERS[self.n % 30 : self.n % 30 + 1 + self.n % 3],
            "userId": MEMBERS[self.n % 4],
            "status": "enabled",
        }


class Person:
    """Presses “Create webhook”, and again when that was no success; then does as the page says.

    Tries a new form too, but ticks no policy.
    """

    def __init__(self, server: WebServer) -> None:
        self._server = server
        self._browser = requests.Session()
        self._browser.trust_env = False

    def sign_in(self) -> None:
        self._server.come_back()
        page = self._get(LOGIN)
        answer = self._post(LOGIN, OPERATOR | {"csrfmiddlewaretoken": read(CSRF, page)})
        if answer is None or answer.status_code != 302:
            raise RuntimeError("The operator could not sign in.")

    def create(self, run: Run) -> None:
        form = self._fill_in(run, NEW)
        answer = self._post(NEW, form)
        run.first_answer = outcome(answer)
        if outcome(answer) == "created":
            return
        answer = self._post(NEW, form)
        if outcome(answer) == "created":
            return
        if answer is None or answer.status_code != 200:
            raise RuntimeError(f"{run.label}: the same form again brought {outcome(answer)}.")
        run.attempt = read(ATTEMPT, answer.text)
        page = self._get(run.attempt)
        if address := LOOK_NOW.search(page):
            self._post(address[1], {"csrfmiddlewaretoken": read(CSRF, page)})
        # A new form has its own token: only the warning about duplicates prevents a second one.
        if outcome(self._post(NEW, self._fill_in(run, NEW))) == "created":
            run.attempt = ""

    def follow(self, run: Run) -> None:
        """Look how it ended, and send again what was not created: its page says to."""
        if not run.attempt:
            return
        page = self._get(run.attempt)
        address = SEND_AGAIN.search(page)
        if address is None or LOOK_NOW.search(page):
            return
        answer = self._post(NEW, self._fill_in(run, address[1]))
        if outcome(answer) != "created":
            raise RuntimeError(f"{run.label}: sending again brought {outcome(answer)}.")
        run.sent_again = True

    def _fill_in(self, run: Run, address: str) -> dict[str, object]:
        page = self._get(address)
        return run.form() | {"csrfmiddlewaretoken": read(CSRF, page), "token": read(TOKEN, page)}

    def _get(self, path: str) -> str:
        answer = self._ask("GET", path) or self._ask("GET", path)
        if answer is None or answer.status_code != 200:
            raise RuntimeError(f"GET {path} brought {outcome(answer)}.")
        return answer.text

    def _post(self, path: str, data: dict[str, object]) -> requests.Response | None:
        return self._ask("POST", path, data)

    def _ask(
        self, method: str, path: str, data: dict[str, object] | None = None
    ) -> requests.Response | None:
        """Return the answer, or None where the connection was dropped; the server is back then."""
        try:
            return self._browser.request(
                method,
                self._server.url + path,
                data=data,
                timeout=PATIENCE_S,
                allow_redirects=False,
            )
        except requests.ConnectionError:
            self._server.come_back()
            return None


def outcome(answer: requests.Response | None) -> str:
    """Return in a word what an answer to “Create webhook” says."""
    if answer is None:
        return "dropped"
    if answer.status_code == 302 and answer.headers["Location"].startswith("/webhooks/WH"):
        return "created"
    if "The result is unknown" in answer.text:
        return "maybe"
    return f"status {answer.status_code}"


def read(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    if found is None:
        raise RuntimeError(f"The page does not have {pattern.pattern}.")
    return found[1]
