"""What several tests do by the pages."""

from quo_admin.webhooks.models import Webhook
from tests.canary.net import URL
from tests.factories import create_form


def create(browser, **changes):
    return browser.post("/webhooks/new/", create_form(url=URL, **changes), follow=True)


def made(browser):
    """Create a webhook by the page, and return it."""
    create(browser)
    return Webhook.objects.get(url=URL)
