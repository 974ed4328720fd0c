"""Text from outside made fit for terminals and files: all of it is taken for hostile (rules.md 7).

A terminal gets neither control characters nor what turns, hides or piles up text; in a spreadsheet nothing starts a
formula.
"""

import re
import unicodedata

REPLACEMENT = "\ufffd"
LINE_END = "⏎"
MOST_MARKS = 4
"""So many combining marks a character may carry: Vietnamese and pointed Hebrew need three."""

_NON_CHARACTERS = "\ufdd0-\ufdef" + "".join(f"{chr(end - 1)}{chr(end)}" for end in range(0xFFFF, 0x110000, 0x10000))
_FORMS = re.compile(
    # What Unicode calls ignorable draws nothing, yet turns, hides and joins text, and terminals differ on its width.
    # Joiners and variation selectors are among it: without them an emoji sequence is emoji whose width is known.
    "(?P<nothing>[\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f"
    "\ufeff\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+)"
    "|(?P<line_end>\r\n|[\r\n\x85\u2028\u2029])"
    # A tab, and letters without a shape.
    "|(?P<blank>[\t\u115f\u1160\u3164\uffa0])"
    "|(?P<control>[\x00-\x1f\x7f])"
    # The other C1 controls, surrogates, private use, and format characters whose shape few terminals know.
    "|(?P<lost>[\x80-\x9f\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2"
    f"\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f{_NON_CHARACTERS}])"
)
# Marks are no word characters; vowels and finals of Hangul are, and stand upon the consonant before them all the same.
_PILE = re.compile(f"(?:[^\x00-\x7f\\w]|[\u1160-\u11ff\ud7b0-\ud7ff]){{{MOST_MARKS + 1},}}")
_UNFIT_FOR_FILES = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{_NON_CHARACTERS}]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MSISDN = re.compile(r"\+[1-9][0-9]{5,14}")


def shown(text: str, limit: int | None = None) -> str:
    """The text as one line for a terminal; with a limit, of at most so many characters, the last an ellipsis."""
    if not (text.isascii() and text.isprintable()):
        text = _PILE.sub(_thinned, _FORMS.sub(_form, text))
    if limit is None or len(text) <= limit:
        return text
    return f"{text[: limit - 1]}…" if limit > 0 else ""


def shown_block(text: str) -> str:
    """The text for a terminal with its line feeds, and with no other line ends."""
    return "\n".join(shown(line.removesuffix("\r")) for line in text.split("\n"))


def _form(match: re.Match[str]) -> str:
    match match.lastgroup:
        case "nothing":
            return ""
        case "line_end":
            return LINE_END
        case "blank":
            return " "
        case "control":
            return "␡" if match[0] == "\x7f" else chr(0x2400 + ord(match[0]))
        case _:
            return REPLACEMENT


def _thinned(pile: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for char in pile[0]:
        marks = marks + 1 if _is_mark(char) else 0
        if marks <= MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me") or "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7ff"


def cell(text: str) -> str:
    """The text for a file: what XML and spreadsheets can not hold is U+FFFD; tab and line feed stay (rules.md 7)."""
    return _UNFIT_FOR_FILES.sub(REPLACEMENT, text)


def csv_cell(text: str) -> str:
    """The text for a CSV file, after an apostrophe where a spreadsheet would take it for a formula (rules.md 7)."""
    cleaned = cell(text)
    return f"'{cleaned}" if text.startswith(_FORMULA) else cleaned


def is_msisdn(text: str) -> bool:
    """Whether the text is a number in strict E.164, as the feed defines it."""
    return _MSISDN.fullmatch(text) is not None


def mask(msisdn: str) -> str:
    """The number's first three and last four characters; a short one shows fewer, as four always stay hidden."""
    if len(msisdn) < 7:
        return "…"
    tail = min(4, len(msisdn) - 7)
    return f"{msisdn[:3]}…{msisdn[len(msisdn) - tail :]}"
