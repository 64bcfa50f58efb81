import pytest

from quo_admin.webhooks.endpoints import display_url, normalized_url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.com/a/b?token=hush#x", "https://example.com/a/b"),
        ("https://example.com:8443/", "https://example.com:8443/"),
        ("https://example.com/0123456789012345678901", "https://example.com/0123456789012345678…"),
        ("https://u:p@example.com/", "https://example.com/"),
        ("nonsense", ""),
        ("http://[", ""),
        (None, ""),
    ],
)
def test_what_may_be_shown_of_a_url_holds_no_secret(url, shown):
    assert display_url(url) == shown


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/quo",
        "HTTPS://Example.COM/quo/",
        "https://example.com:443/quo",
        "https://example.com/quo#here",
    ],
)
def test_urls_that_reach_the_same_place_are_one(url):
    assert normalized_url(url) == "https://example.com/quo"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/quo",
        "https://example.com/Quo",
        "https://example.com:8443/quo",
        "https://example.com/quo?a=1",
        "https://other.example.com/quo",
        "https://[",
        None,
    ],
)
def test_urls_that_may_differ_are_two(url):
    assert normalized_url(url) != "https://example.com/quo"
