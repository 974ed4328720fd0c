"""Which replies are an opt-out, which come near one, and which are neither."""

import pytest

from smsreport_tui.rules.opt_out_words import Reply, reply_meaning


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop",
        " Stop \r\n",
        "STOPALL",
        "opt-out",
        "OptOut",
        "avanmäl",
        "AVANMA\u0308L",
        "ABMELDEN",
        "arret",
        "end",
    ],
)
def test_the_whole_message_in_any_case_is_an_opt_out(text: str) -> None:
    assert reply_meaning(text) is Reply.OPT_OUT


@pytest.mark.parametrize(
    "text",
    [
        "STOP please",
        "pls stop",
        "stop.",
        '"STOP"',
        "STP",
        "SOTP",
        "STOOP",
        "S T O P",
        "unsubcribe",
        "opt out",
        "stop!!",
    ],
)
def test_what_comes_near_is_left_to_the_operator(text: str) -> None:
    assert reply_meaning(text) is Reply.NEAR_MISS


@pytest.mark.parametrize("text", ["", " ", "yes", "Thanks!", "shopping", "when do you open?", "13:30", "and", "🛑"])
def test_anything_else_is_neither(text: str) -> None:
    assert reply_meaning(text) is Reply.OTHER
