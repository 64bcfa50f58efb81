import pytest

from quo_admin.webhooks.endpoints import display_url, is_unreachable, normalized_url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.com/a/b?token=hush#x", "https://example.com/a/b"),
        ("https://example.com:8443/", "https://example.com:8443/"),
        ("https://example.com/0123456789012345678901", "https://example.com/0123456789012345678…"),
        ("https://example.com/0123456789012345678", "https://example.com/0123456789012345678"),
        ("https://example.com/01234567890123456789", "https://example.com/0123456789012345678…"),
        ("https://Example.com/Quo", "https://example.com/Quo"),
        ("https://example.com/quo?t=hush", "https://example.com/quo"),
        ("https://u:p@example.com/", "https://example.com/"),
        ("nonsense", ""),
        ("http://[", ""),
        (None, ""),
    ],
)
def test_display_url_contains_no_secret(url, shown):
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
def test_equivalent_urls_are_normalized_to_the_same_url(url):
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
def test_urls_that_may_differ_are_not_merged(url):
    assert normalized_url(url) != "https://example.com/quo"


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "app.localhost", "LOCALHOST.", "intranet", "printer.local", "db.internal"),
        *("127.0.0.1", "127.1", "0x7f000001", "2130706433", "10.0.0.8", "192.168.1.4"),
        *("169.254.1.1", "[::1]", "[fe80::1]", "[fd00::8]", "[::ffff:10.0.0.8]"),
    ],
)
def test_local_or_private_host_is_unreachable(host):
    assert is_unreachable(f"https://{host}/x")


@pytest.mark.parametrize(
    "host", ["example.com", "8.8.8.8", "[2606:4700::1]", "local.example", "a" * 300 + ".example"]
)
def test_public_host_is_reachable(host):
    assert not is_unreachable(f"https://{host}/x")


@pytest.mark.parametrize("url", [None, "", "https://", "https://[bad"])
def test_url_without_a_host_is_not_reported_as_unreachable(url):
    assert not is_unreachable(url)
