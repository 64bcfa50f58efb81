import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def test_partial_request_reloads_the_page_after_the_session_ended():
    response = Client().get("/webhooks/facets/", headers=PART)

    assert response.headers["HX-Refresh"] == "true"
    assert response.content == b""


def test_post_partial_request_reloads_the_page_after_the_session_ended():
    response = Client().post("/batches/1/rows/", {"row": "1"}, headers=PART)

    assert response.headers["HX-Refresh"] == "true"


def test_full_page_request_redirects_to_sign_in_with_next():
    response = Client().get("/webhooks/?q=sales")

    assert response.status_code == 302
    assert response.url == "/accounts/login/?next=/webhooks/%3Fq%3Dsales"


def test_signed_in_user_gets_the_partial_page(viewer):
    response = viewer.get("/webhooks/facets/", headers=PART)

    assert response.status_code == 200
    assert "HX-Refresh" not in response.headers
