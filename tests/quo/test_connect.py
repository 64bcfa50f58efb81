import threading

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from quo_admin.quo import connect
from quo_admin.quo.apps import check_connection
from quo_admin.quo.exceptions import NotSent


def test_client_is_cached_per_thread(settings):
    theirs = []
    thread = threading.Thread(target=lambda: theirs.append(connect.client()))
    thread.start()
    thread.join()

    assert connect.client() is connect.client()
    assert connect.client() is not theirs[0]


def test_changed_api_key_creates_a_new_client(settings):
    old = connect.client()

    settings.QUO_API_KEY = "another"

    assert connect.client() is not old


def test_missing_api_key_fails_the_first_call_and_the_system_check(settings):
    settings.QUO_API_KEY = ""

    with pytest.raises(NotSent, match="QUO_API_KEY"):
        connect.client()
    assert [found.id for found in check_connection()] == ["quo.W001"]


@pytest.mark.django_db  # some checks ask the database
def test_plain_http_api_url_fails_the_first_call_and_the_system_check(settings):
    settings.QUO_API_URL = "http://api.quo.com"

    with pytest.raises(NotSent, match="https"):
        connect.client()
    with pytest.raises(SystemCheckError, match=r"quo\.E001"):
        call_command("check")


def test_test_settings_pass_the_system_check():
    assert check_connection() == []
