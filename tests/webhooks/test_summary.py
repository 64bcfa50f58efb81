import pytest

from quo_admin.webhooks.summary import sentence

RECEIVED, DELIVERED = "message.received", "message.delivered"


def said(**changes):
    told = {
        "events": [RECEIVED],
        "names": ["Front desk"],
        "all_numbers": False,
        "known": 34,
        "host": "hooks.example",
    }
    return "".join(part.text for part in sentence(**(told | changes)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Texts received by Front desk will go to hooks.example."),
        ({"created": True}, "Texts received by Front desk go to hooks.example."),
        ({"events": [DELIVERED]}, "Texts delivered from Front desk will go to hooks.example."),
        (
            {"events": [DELIVERED, RECEIVED], "names": ["A", "B"]},
            "Texts received by and delivered from A and B will go to hooks.example.",
        ),
        (
            {"names": ["A", "B", "C"]},
            "Texts received by A, B and C will go to hooks.example.",
        ),
        (
            {"names": list("ABCDEFGHI")},
            "Texts received by A, B, C, D, E, F and 3 more will go to hooks.example.",
        ),
        (
            {"all_numbers": True, "names": []},
            "Texts received by all numbers, 34 now and those bought later "
            "will go to hooks.example.",
        ),
        (
            {"all_numbers": True, "known": 0},
            "Texts received by all numbers will go to hooks.example.",
        ),
        (
            {"events": [], "names": [], "host": ""},
            "Texts not chosen yet of numbers not chosen yet will go to an address not given yet.",
        ),
        (
            {"events": ["call.ringing"], "created": True},
            "Events call.ringing of Front desk go to hooks.example.",
        ),
        (
            {"disabled": True},
            "Texts received by Front desk would go to hooks.example. "
            "It is disabled, so nothing is sent, and Quo can never enable it.",
        ),
    ],
)
def test_sentence_says_which_texts_of_which_numbers_go_where(changes, words):
    assert said(**changes) == words


def test_facts_are_the_numbers_and_the_host():
    parts = sentence(
        events=[RECEIVED], names=["A", "B"], all_numbers=False, known=2, host="hooks.example"
    )

    assert [part.text for part in parts if part.fact] == ["A", "B", "hooks.example"]
