import pytest

from quo_admin.webhooks.summary import sentence

RECEIVED, DELIVERED = "message.received", "message.delivered"


def sentence_text(**changes):
    values = {
        "events": [RECEIVED],
        "names": ["Front desk"],
        "all_numbers": False,
        "known": 34,
        "host": "hooks.example",
    }
    return "".join(part.text for part in sentence(**(values | changes)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Messages received by Front desk will be sent to hooks.example."),
        ({"created": True}, "Messages received by Front desk are sent to hooks.example."),
        (
            {"events": [DELIVERED]},
            "Messages delivered from Front desk will be sent to hooks.example.",
        ),
        (
            {"events": [DELIVERED, RECEIVED], "names": ["A", "B"]},
            "Messages received by and delivered from A and B will be sent to hooks.example.",
        ),
        (
            {"names": ["A", "B", "C"]},
            "Messages received by A, B and C will be sent to hooks.example.",
        ),
        (
            {"names": list("ABCDEFGHI")},
            "Messages received by A, B, C, D, E, F and 3 more will be sent to hooks.example.",
        ),
        (
            {"all_numbers": True, "names": []},
            "Messages received by all numbers (34 now, and numbers added later) "
            "will be sent to hooks.example.",
        ),
        (
            {"all_numbers": True, "known": 0},
            "Messages received by all numbers will be sent to hooks.example.",
        ),
        (
            {"events": [], "names": [], "host": ""},
            "Choose numbers, events and an endpoint to see what this webhook will do.",
        ),
        (
            {"events": ["call.ringing"], "created": True},
            "Events call.ringing of Front desk are sent to hooks.example.",
        ),
        (
            {"disabled": True},
            "Messages received by Front desk would be sent to hooks.example. "
            "The webhook is disabled: nothing is sent, and Quo cannot enable it again.",
        ),
    ],
)
def test_preview_sentence_names_events_numbers_and_host(changes, words):
    assert sentence_text(**changes) == words


def test_sentence_marks_numbers_and_host_as_facts():
    parts = sentence(
        events=[RECEIVED], names=["A", "B"], all_numbers=False, known=2, host="hooks.example"
    )

    assert [part.text for part in parts if part.fact] == ["A", "B", "hooks.example"]
