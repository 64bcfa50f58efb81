"""A plan keeps the webhooks' URL to be changed later, and shows it nowhere but in its form."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from quo_admin.batches.models import Batch
from tests.canary.net import URL, URL_QUERY
from tests.factories import make_number, make_webhook, plan_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_secret_leaks")]


def test_plan_form_and_preview_leak_no_secrets(operator, sign_in, sandbox):
    make_number(id="PN1")
    make_number(id="PN2", name="Sales desk", number="+14155550157")
    make_webhook(url=URL, resourceIds=["PN2"])
    form = plan_form(url=URL, pasted="Sales desk\nNobody")

    operator.post("/onboarding/new/", form | {"pattern": "{oops}"})
    operator.post("/onboarding/new/live/", form)
    operator.post("/onboarding/new/", form | {"file": SimpleUploadedFile("n.csv", b"\x00")})
    operator.post("/onboarding/new/", form, follow=True)
    batch = Batch.objects.get()
    again = operator.get(f"/onboarding/new/?batch={batch.pk}")
    at, ticks = batch.get_absolute_url(), {"shown": str(batch.rows.first().pk)}
    for reader in (operator, sign_in("Viewers", "vera")):
        for query in ("", "?kind=skip", "?page=7"):
            reader.get(f"{at}{query}")
    operator.post(f"{at}rows/", ticks, headers={"HX-Request": "true"})
    operator.post(f"{at}begin/", ticks, follow=True)
    operator.get("/batches/")
    operator.post(f"{at}discard/", follow=True)

    assert URL_QUERY in again.content.decode()
    assert not Batch.objects.exists()
