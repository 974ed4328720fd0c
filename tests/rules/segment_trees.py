"""Random trees of every kind of condition."""

from hypothesis import strategies as st

from smsreport_tui.rules.segment_tree import (
    AllOf,
    AnyOf,
    BounceBucket,
    Found,
    Happened,
    Happening,
    HasAttribute,
    HasTag,
    InSegment,
    IsIn,
    Node,
    NoneOf,
    Op,
    State,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8)
SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(2**62), 2**62),
    st.floats(-1e9, 1e9, allow_nan=False).filter(lambda number: number != int(number)),
    TEXTS,
    st.just(""),
)
_NUMBERS = st.integers(-1000, 1000)


def _maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), strategy)


@st.composite
def happenings(draw: st.DrawFn) -> Happened:
    event = draw(st.sampled_from(Happening))
    bounced, clicked = event is Happening.BOUNCED, event is Happening.CLICKED
    return Happened(
        event,
        activity=draw(_maybe(TEXTS)),
        link=draw(_maybe(TEXTS)) if clicked else None,
        did=draw(st.booleans()),
        at_least=draw(st.integers(1, 5)),
        within=draw(st.sampled_from([None, "30m", "12h", "7d", "999999d"])),
        bounce=draw(st.one_of(st.none(), st.sampled_from(BounceBucket))) if bounced else None,
        vendor=draw(_maybe(TEXTS)) if bounced else None,
        scheme=draw(_maybe(TEXTS)) if bounced else None,
        code=draw(_maybe(TEXTS)) if bounced else None,
        machines=draw(st.booleans()) if clicked else False,
    )


@st.composite
def attributes(draw: st.DrawFn) -> HasAttribute:
    op, name = draw(st.sampled_from(Op)), draw(TEXTS)
    if op is Op.ANY:
        return HasAttribute(name, op)
    if op is Op.IN:
        return HasAttribute(name, op, tuple(draw(st.lists(SCALARS, max_size=3))))
    if op in (Op.CONTAINS, Op.STARTS):
        return HasAttribute(name, op, draw(TEXTS))
    return HasAttribute(name, op, draw(_NUMBERS if op in (Op.GT, Op.LT) else SCALARS))


LEAVES: st.SearchStrategy[Node] = st.one_of(
    happenings(),
    attributes(),
    TEXTS.filter(lambda text: text == text.strip() != "").map(Found),
    TEXTS.map(HasTag),
    st.sampled_from(State).map(IsIn),
    TEXTS.map(InSegment),
)


def trees(leaves: st.SearchStrategy[Node] = LEAVES) -> st.SearchStrategy[Node]:
    """Leaves in groups of all kinds, some of them empty."""
    return st.recursive(
        leaves,
        lambda inner: st.builds(
            lambda kind, children: kind(tuple(children)),
            st.sampled_from([AllOf, AnyOf, NoneOf]),
            st.lists(inner, max_size=3),
        ),
        max_leaves=8,
    )


TREES = trees()
