"""Any tree of conditions, for properties that hold of all of them."""

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

TEXTS = st.sampled_from(["Lund", "vip", "å, ä", "[/]", "7", " x "])
SCALARS = st.one_of(TEXTS, st.booleans(), st.integers(-3, 3), st.sampled_from([0.5, 1.0]))
_HAPPENED = st.one_of(
    st.builds(
        Happened,
        st.sampled_from(list(Happening)),
        activity=st.sampled_from([None, "A1"]),
        did=st.booleans(),
        at_least=st.integers(1, 3),
        within=st.sampled_from([None, "30m", "7d"]),
    ),
    st.builds(
        Happened,
        st.just(Happening.CLICKED),
        activity=st.just("A1"),
        link=st.sampled_from([None, "L1"]),
        machines=st.booleans(),
    ),
    st.builds(
        Happened,
        st.just(Happening.BOUNCED),
        bounce=st.sampled_from([None, *BounceBucket]),
        code=st.sampled_from([None, "27"]),
    ),
)
_ATTRIBUTES = st.one_of(
    st.builds(HasAttribute, TEXTS, st.sampled_from([Op.EQ, Op.NE]), SCALARS),
    st.builds(HasAttribute, TEXTS, st.sampled_from([Op.GT, Op.LT]), st.integers(-3, 3)),
    st.builds(HasAttribute, TEXTS, st.sampled_from([Op.CONTAINS, Op.STARTS]), TEXTS),
    st.builds(HasAttribute, TEXTS, st.just(Op.IN), st.lists(SCALARS, max_size=3).map(tuple)),
    st.builds(HasAttribute, TEXTS, st.just(Op.ANY)),
)
LEAVES: st.SearchStrategy[Node] = st.one_of(
    _HAPPENED,
    _ATTRIBUTES,
    st.builds(HasTag, TEXTS),
    st.builds(InSegment, TEXTS),
    st.builds(IsIn, st.sampled_from(list(State))),
    st.just(Found("an")),
)


def _groups(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    some = st.lists(children, max_size=4).map(tuple)
    return st.one_of(st.builds(AllOf, some), st.builds(AnyOf, some), st.builds(NoneOf, some))


TREES: st.SearchStrategy[Node] = st.recursive(LEAVES, _groups, max_leaves=8)
