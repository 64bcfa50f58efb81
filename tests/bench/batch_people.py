"""The people of batch.py: one plans a batch and follows it, one creates webhooks by the form."""

import re
import threading
import time
from collections import Counter
from statistics import median

from tests.bench.crash_people import CSRF, NEW, Person, Run, outcome, read

PLAN = "/onboarding/new/"
WORD = re.compile(r'class="figure">.*?</span>\s*<span class="state \w+">([^<]+)<')
COUNT = re.compile(r'<span><span class="state \w+">([\d,]+) ([^<]+)</span></span>')
LOOK_EVERY_S = 0.5


class Planner(Person):
    """Takes numbers from a list to webhooks: plans, begins, and does as the batch's page says."""

    def plan(self, numbers: list[str], *, beginning: str, url: str) -> str:
        """Begin a batch, and return its address."""
        form = {
            "csrfmiddlewaretoken": self._csrf(PLAN),
            "resourceIds": "",
            "pasted": "\n".join(numbers),
            "events": ["message.received"],
            "url": url,
            "userId": "",
            "pattern": beginning + "{name}",
            "packing": "each",
            "cap": "10",
            "preview": "1",
        }
        batch = self._press(PLAN, form)
        self._press(f"{batch}start/", {"csrfmiddlewaretoken": self._csrf(batch)})
        return batch

    def look(self, batch: str) -> tuple[str, Counter]:
        """Return what the batch's page says: a word for the whole, and the count of each state."""
        page = self._get(batch)
        counts = {word: int(count.replace(",", "")) for count, word in COUNT.findall(page)}
        return read(WORD, page), Counter(counts)

    def follow(self, batch: str, *, within_s: float) -> tuple[Counter, Counter]:
        """Wait until every row has ended well; go on and retry as a person would.

        Returns:
            How often it was pressed what, and the counts of the states as they are in the end.
        """
        pressed: Counter = Counter()
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            word, counts = self.look(batch)
            if word == "Paused":
                self._act(batch, "resume", pressed)
            elif word == "Done":
                break
            elif word.startswith("Done") and set(counts) <= {"created", "failed"}:
                self._act(batch, "retry", pressed)
            time.sleep(LOOK_EVERY_S)
        return pressed, counts

    def _act(self, batch: str, name: str, pressed: Counter) -> None:
        self._press(f"{batch}{name}/", {"csrfmiddlewaretoken": self._csrf(batch)})
        pressed[name] += 1

    def _csrf(self, address: str) -> str:
        return read(CSRF, self._get(address))

    def _press(self, address: str, form: dict[str, object]) -> str:
        """Post, and return where it led."""
        answer = self._post(address, form)
        if answer is None or answer.status_code != 302:
            raise RuntimeError(f"POST {address} brought {outcome(answer)}.")
        return answer.headers["Location"]


class Bystander(Person):
    """Creates a webhook by the form every few seconds, from a thread, until told to stop."""

    def begin(self, *, beginning: str, every_s: float) -> None:
        self.waits: list[float] = []
        self.answers: Counter = Counter()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, args=(beginning, every_s))
        self._thread.start()

    def end(self) -> None:
        self._stop.set()
        self._thread.join()

    def summary(self, *, quo_s: float) -> str:
        """Return what it was like, without the time that Quo itself took."""
        waits = [wait - quo_s for wait in self.waits]
        return (
            f"{dict(self.answers)}; from press to answer without Quo's own {quo_s:g} s: "
            f"median {median(waits):.2f} s, worst {max(waits):.2f} s"
        )

    def _work(self, beginning: str, every_s: float) -> None:
        while not self._stop.wait(every_s):
            n = len(self.waits)
            form = self._fill_in(Run(n, f"{beginning}by form {n}"), NEW)
            began = time.monotonic()
            answer = self._post(NEW, form)
            self.waits.append(time.monotonic() - began)
            self.answers[outcome(answer)] += 1
