"""The kinds of conditions that can be added, and the dialog in which each is asked for or changed."""

from collections.abc import Iterator

from screens.attribute_form import AttributeForm
from screens.chooser import ChooserScreen, Pick
from screens.condition_form import ConditionForm
from screens.desk import Desk
from screens.event_form import EventForm
from screens.plain_forms import FoundForm, InSegmentForm, TagForm
from smsreport_tui.rules.segment_edit import Spot
from smsreport_tui.rules.segment_tree import (
    AllOf,
    AnyOf,
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
    State,
    walk,
)
from smsreport_tui.rules.segment_words import ActivityName, leaf_words

KINDS = (
    Pick("event", "Event", "received, bounced, clicked, unsubscribed, replied …: in which activity, how often"),
    Pick("attribute", "Attribute", "what is known of people: city, name, e-mail, any other"),
    Pick("tag", "Tag", "people bear it"),
    Pick("state", "State", "suppressed, opted out, erased"),
    Pick("segment", "Segment", "people are in another segment"),
    Pick("search", "Search", "a part of a name or number"),
    Pick("group", "Group", "conditions of which all, any or none hold"),
)
_GROUPS: dict[str, type[Group]] = {"all": AllOf, "any": AnyOf, "none": NoneOf}
_GROUP_PICKS = (
    Pick("all", "All of these", "every condition in the group holds"),
    Pick("any", "Any of these", "at least one of them holds"),
    Pick("none", "None of these", "not one of them holds"),
)


def kinds_dialog() -> ChooserScreen:
    """Asks what is to be added."""
    return ChooserScreen("Add a condition", ("Kind", "What it asks"), KINDS)


def states_dialog(at: State | None = None) -> ChooserScreen:
    """Asks for a state; ends with its value."""
    picks = [Pick(state.value, leaf_words(IsIn(state))) for state in State]
    return ChooserScreen("In which state?", ("State", ""), picks, at and at.value)


def groups_dialog(at: Group) -> ChooserScreen:
    """Asks for the kind of a group."""
    here = next(name for name, kind in _GROUPS.items() if isinstance(at, kind))
    return ChooserScreen("Which of the conditions hold?", ("Group", "What it asks"), _GROUP_PICKS, here)


def new_group(spot: Spot) -> Group:
    """An empty group for a place, of the kind that the one above is not."""
    above = spot.node if isinstance(spot.node, Group) else spot.parent
    return AllOf() if isinstance(above, AnyOf) else AnyOf()


def chosen(value: str, group: Group | None) -> Node:
    """What the answer of the states dialog means, or that of the groups dialog for a group."""
    return IsIn(State(value)) if group is None else _GROUPS[value](group.children)


def form_for(
    kind: str | Node, desk: Desk, name_of: ActivityName, *, tree: Node, edited: str | None
) -> ConditionForm | None:
    """The form for a new condition by its kind, or for one that is there; None where a list is chosen from instead.

    `tree` is that in which it stands, `edited` the name of its segment.
    """
    title = "Add a condition" if isinstance(kind, str) else "Change the condition"
    match kind:
        case "event" | Happened():
            event = (
                kind if isinstance(kind, Happened) else Happened(Happening.DELIVERED, activity=_first_activity(tree))
            )
            return EventForm(desk, title, name_of, event)
        case "attribute" | HasAttribute():
            return AttributeForm(desk, title, name_of, kind if isinstance(kind, HasAttribute) else None)
        case "tag" | HasTag():
            return TagForm(desk, title, name_of, kind.tag if isinstance(kind, HasTag) else "")
        case "segment" | InSegment():
            return InSegmentForm(desk, title, name_of, kind.segment if isinstance(kind, InSegment) else "", edited)
        case "search" | Found():
            return FoundForm(desk, title, name_of, kind.text if isinstance(kind, Found) else "")
    return None


def _first_activity(tree: Node) -> str | None:
    """Who adds an event mostly means the activity that the others are about."""
    activities: Iterator[str] = (
        node.activity for node in walk(tree) if isinstance(node, Happened) and node.activity is not None
    )
    return next(activities, None)
