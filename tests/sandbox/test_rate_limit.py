"""Ten calls in every second, for each key."""

import time
from concurrent.futures import ThreadPoolExecutor

from quo_admin.sandbox.rate_limit import Calls
from quo_admin.sandbox.server import running

from .conftest import Caller


def test_eleventh_call_in_a_second_gets_429_with_retry_after(call):
    answers = [call("GET", "/v1/users") for _ in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[-1].headers["Retry-After"] == "1"
    assert answers[-1].json()["status"] == 429
    assert answers[0].headers["ratelimit"] == '"per-second"; r=9; t=1'


def test_rate_limits_of_keys_are_independent(sandbox, call):
    for _ in range(11):
        call("GET", "/v1/users")

    assert Caller(sandbox.url, "another-key")("GET", "/v1/users").status_code == 200


def test_call_is_allowed_again_after_one_second():
    calls = Calls()
    first = [calls.count(key="k", method="GET", path="/") for _ in range(11)]

    time.sleep(1.01 - (time.monotonic() - first[0].at))

    assert [call.allowed for call in first] == [True] * 10 + [False]
    assert calls.count(key="k", method="GET", path="/").allowed


def test_concurrent_callers_share_ten_calls_per_second(sandbox):
    def one(_):
        return Caller(sandbox.url)("GET", "/v1/users").status_code

    with ThreadPoolExecutor(30) as pool:
        pool.map(one, range(30))

    accepted = [call.at for call in sandbox.calls.all() if call.allowed]
    assert all(later - first >= 1 for first, later in zip(accepted, accepted[10:], strict=False))
    assert len(sandbox.calls.all()) == 30


def test_document_mode_has_no_limit():
    with running(shapes="document") as sandbox:
        caller = Caller(sandbox.url)
        answers = [caller("GET", "/v1/phone-numbers") for _ in range(25)]

    assert {answer.status_code for answer in answers} == {200}
