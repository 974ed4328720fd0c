"""A segment's conditions in plain words, for people who read no JSON."""

from collections.abc import Callable

from smsreport_tui.rules.formatting import local_time
from smsreport_tui.rules.segment_figures import Verdict
from smsreport_tui.rules.segment_tree import (
    AllOf,
    AnyOf,
    BounceBucket,
    Found,
    Group,
    Happened,
    Happening,
    HasAttribute,
    HasTag,
    InSegment,
    IsIn,
    Node,
    NoneOf,
    Op,
    Scalar,
    State,
)
from smsreport_tui.rules.text import shown

LONGEST = 60
"""Characters of a text from outside that stand in a line."""

_DID = {
    Happening.SENT: "was sent {}",
    Happening.DELIVERED: "received {}",
    Happening.BOUNCED: "{} bounced",
    Happening.CLICKED: "clicked {}",
    Happening.UNSUBSCRIBED: "unsubscribed from {}",
    Happening.REPLIED: "replied to {}",
    Happening.PAGE_VIEW: "viewed a page after {}",
}
_DID_NOT = {
    Happening.SENT: "was not sent {}",
    Happening.DELIVERED: "did not receive {}",
    Happening.BOUNCED: "{} did not bounce",
    Happening.CLICKED: "did not click {}",
    Happening.UNSUBSCRIBED: "did not unsubscribe from {}",
    Happening.REPLIED: "did not reply to {}",
    Happening.PAGE_VIEW: "viewed no page after {}",
}
_BOUNCES = {BounceBucket.SOFT: "soft", BounceBucket.HARD: "hard", BounceBucket.REJECTED: "rejected"}
_OPS = {
    Op.EQ: "is {}",
    Op.NE: "is not {}",
    Op.IN: "is one of {}",
    Op.CONTAINS: "contains {}",
    Op.STARTS: "starts with {}",
    Op.GT: "is more than {}",
    Op.LT: "is less than {}",
    Op.ANY: "is known",
}
_STATES = {
    State.SUPPRESSED: "has a suppressed number",
    State.OPTED_OUT: "has opted out",
    State.ERASED: "is erased",
}
_UNITS = {"m": "minute", "h": "hour", "d": "day"}

ActivityName = Callable[[str], str | None]
"""An activity's name by its id; None where it has none."""


def no_name(_activity: str) -> str | None:
    """Names no activity."""
    return None


def leaf_words(node: Node, name_of: ActivityName = no_name) -> str:
    """One condition in one line; a group by what it asks of those below it."""
    match node:
        case AllOf():
            words = "all of these" if node.children else "everybody"
        case AnyOf():
            words = "any of these" if node.children else "nobody"
        case NoneOf():
            words = "none of these" if node.children else "everybody"
        case Happened():
            words = _happened(node, name_of)
        case HasAttribute():
            words = f"{shown(node.name, LONGEST)} {_OPS[node.op].format(_value(node.value))}"
        case Found():
            words = f"name or number contains {_quoted(node.text)}"
        case HasTag():
            words = f"has the tag {_quoted(node.tag)}"
        case IsIn():
            words = _STATES[node.state]
        case InSegment():
            words = f"is in the segment {_quoted(node.segment)}"
    return words


def verdict_words(verdict: Verdict, zone: str | None, name_of: ActivityName = no_name) -> str:
    """One condition in one line; a segment says since when it is a list, or that its conditions were told before."""
    words = leaf_words(verdict.node, name_of)
    if not isinstance(verdict.node, InSegment) or verdict.below:
        return words
    told = "its conditions stand above" if verdict.since is None else f"a list since {local_time(verdict.since, zone)}"
    return f"{words}: {told}"


def tree_words(node: Node, name_of: ActivityName = no_name) -> list[str]:
    """The whole tree, a line a condition, each level further in."""
    lines = [leaf_words(node, name_of)]
    if isinstance(node, Group):
        for child in node.children:
            lines.extend(f"  {line}" for line in tree_words(child, name_of))
    return lines


def sentence(node: Node, name_of: ActivityName = no_name) -> str:
    """The whole tree in one sentence."""
    return f"People of whom this holds: {clause(node, name_of)}."


def clause(node: Node, name_of: ActivityName = no_name) -> str:
    """The whole tree as a part of a sentence."""
    return _clause(node, name_of)


def _clause(node: Node, name_of: ActivityName, *, inside: bool = False) -> str:
    if not isinstance(node, Group) or not node.children:
        return leaf_words(node, name_of)
    parts = [_clause(child, name_of, inside=True) for child in node.children]
    match node:
        case AllOf():
            text = " and ".join(parts)
        case AnyOf():
            text = " or ".join(parts)
        case _:
            return f"none of ({'; '.join(parts)})"
    return f"({text})" if inside and len(parts) > 1 else text


def _happened(node: Happened, name_of: ActivityName) -> str:
    place = "any activity" if node.activity is None else _activity(node.activity, name_of)
    if node.link is not None:
        place = f"the link {_quoted(node.link)} of {place}"
    elif node.event is Happening.CLICKED:
        place = f"a link of {place}"
    words = (_DID if node.did else _DID_NOT)[node.event].format(place)
    if node.event is Happening.BOUNCED:
        words += _bounce(node)
    if node.at_least > 1:
        words += f" at least {node.at_least} times"
    if node.within is not None:
        number, unit = int(node.within[:-1]), _UNITS[node.within[-1]]
        words += f" within the last {number} {unit}{'s' if number > 1 else ''}"
    return words + (", machines counted" if node.machines else "")


def _bounce(node: Happened) -> str:
    code = [shown(one, LONGEST) for one in (node.vendor, node.scheme, node.code) if one is not None]
    told = [*([_BOUNCES[node.bounce]] if node.bounce else []), *([f"code {' '.join(code)}"] if code else [])]
    return f" ({', '.join(told)})" if told else ""


def _activity(activity: str, name_of: ActivityName) -> str:
    name = name_of(activity)
    return _quoted(name) if name else shown(activity, LONGEST)


def _value(value: Scalar | tuple[Scalar, ...] | None) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_value, value)) or "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    return f"“{shown(text, LONGEST)}”"
