"""The conditions that people want from a report: a tab's people, and the forms that are built on them (rules.md 6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.segment_tree import AllOf, AnyOf, BounceBucket, Found, Happened, Happening, Node, NoneOf

_HAPPENINGS = {
    Tab.SENT: Happening.SENT,
    Tab.DELIVERED: Happening.DELIVERED,
    Tab.CLICKS: Happening.CLICKED,
    Tab.BOUNCES: Happening.BOUNCED,
    Tab.UNSUBSCRIBE: Happening.UNSUBSCRIBED,
}


@dataclass(frozen=True, slots=True)
class Form:
    """A tree that is offered, by a name that says who is in it."""

    name: str
    where: Node


@dataclass(frozen=True, slots=True)
class Listed:
    """What of a report somebody looks at: a tab, on Links one link, on Bounces one code, what was searched for.

    `machines` says whether machines' clicks count as people's. `codes` are the activity's codes in which the search is
    found, as on Bounces it looks at those too.
    """

    activity: str
    tab: Tab
    link: str | None = None
    find: str | None = None
    codes: Sequence[str] = ()
    machines: bool = False
    code: str | None = None


def conditions(listed: Listed) -> Node:
    """Exactly the people of that list, less the erased and those without a record.

    On Links those who clicked the link, or any where none is named.
    """
    if listed.tab in (Tab.LINKS, Tab.CLICKS):
        people: Node = Happened(Happening.CLICKED, activity=listed.activity, link=listed.link, machines=listed.machines)
    else:
        code = listed.code if listed.tab is Tab.BOUNCES else None
        people = Happened(_HAPPENINGS[listed.tab], activity=listed.activity, code=code)
    if not listed.find or listed.tab is Tab.LINKS:
        return people
    found: Node = Found(listed.find)
    if listed.tab is Tab.BOUNCES and listed.codes:
        by_code = (Happened(Happening.BOUNCED, activity=listed.activity, code=code) for code in listed.codes)
        found = AnyOf((found, *by_code))
    return AllOf((people, found))


def offered(listed: Listed) -> tuple[Form, ...]:
    """The list itself first, then what is often wanted beside it."""
    activity = listed.activity
    delivered = Happened(Happening.DELIVERED, activity=activity)
    clicked = Happened(Happening.CLICKED, activity=activity, machines=listed.machines)
    soft = Happened(Happening.BOUNCED, activity=activity, bounce=BounceBucket.SOFT)
    forms = [
        Form("These people", conditions(listed)),
        Form(
            "Delivered and did not click",
            AllOf((delivered, Happened(Happening.CLICKED, activity=activity, did=False, machines=listed.machines))),
        ),
        Form("Delivered and clicked", AllOf((delivered, clicked))),
        Form("Soft bounced and never delivered", AllOf((soft, NoneOf((Happened(Happening.DELIVERED),))))),
    ]
    if listed.link is not None:
        link = Happened(Happening.CLICKED, activity=activity, link=listed.link, machines=listed.machines)
        forms.insert(1, Form("Clicked, but not this link", AllOf((clicked, NoneOf((link,))))))
    return tuple(forms)
