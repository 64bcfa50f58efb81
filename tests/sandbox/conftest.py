"""A sandbox that listens, and a caller with a key."""

import pytest
import requests

from quo_admin.sandbox.server import running


class Caller:
    """Speaks to one sandbox as a plain HTTP client with one key."""

    def __init__(self, url, key="a-key"):
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = key

    def __call__(self, method, path, **options):
        options.setdefault("timeout", 5)
        return self.session.request(method, self.url + path, allow_redirects=False, **options)


@pytest.fixture
def sandbox():
    with running() as sandbox:
        yield sandbox


@pytest.fixture
def call(sandbox):
    caller = Caller(sandbox.url)
    with caller.session:
        yield caller
