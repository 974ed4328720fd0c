"""The oracle of segments on who people are: attributes, tags, states, found texts (rules.md 6)."""

import itertools
from typing import Any

import pytest

from smsreport_tui.rules.segment_tree import AllOf, AnyOf, Found, HasAttribute, HasTag, IsIn, NoneOf, Op, State
from tests.storage.feeds import SECOND, START
from tests.storage.test_segment_oracle import (
    ERASED,
    HARD,
    NOW,
    ONE,
    REFUSED,
    SOFT,
    THREE,
    TWO,
    bounce,
    event,
    oracle,
    person,
    receipt,
)

SUPPRESSED, OPTED_OUT = IsIn(State.SUPPRESSED), IsIn(State.OPTED_OUT)


@pytest.mark.parametrize(
    ("value", "op", "asked", "holds"),
    [
        # Text compares without regard to case (Unicode case folding).
        ("Straße", Op.EQ, "STRASSE", True),
        ("ΟΔΟΣ", Op.EQ, "οδος", True),
        ("İzmir", Op.EQ, "i̇zmir", True),
        ("İzmir", Op.EQ, "izmir", False),
        ("caf\u00e9", Op.EQ, "cafe\u0301", False),
        ("", Op.EQ, "", True),
        # A number compares as a number, and with text never equal.
        (40, Op.EQ, 40.0, True),
        (40, Op.EQ, "40", False),
        ("40", Op.EQ, 40, False),
        (2**53 + 1, Op.EQ, float(2**53), False),
        (2**53 + 1, Op.GT, float(2**53), True),
        # True is not 1.
        (True, Op.EQ, True, True),
        (True, Op.EQ, False, False),
        (True, Op.EQ, 1, False),
        (1, Op.EQ, True, False),
        (False, Op.EQ, 0.0, False),
        ("true", Op.EQ, True, False),
        (True, Op.EQ, "true", False),
        # What is not equal is other.
        (40, Op.NE, "40", True),
        ("Lund", Op.NE, "LUND", False),
        (True, Op.NE, 1, True),
        # Any of several.
        ("Lund", Op.IN, ("Malmö", "LUND"), True),
        (1, Op.IN, (True, "1"), False),
        ("Lund", Op.IN, (), False),
        # gt and lt hold for numbers only.
        (1.5, Op.GT, 1, True),
        (1, Op.GT, 1, False),
        (-3, Op.LT, -2.5, True),
        ("2", Op.GT, 1, False),
        (True, Op.GT, 0, False),
        (False, Op.LT, 1, False),
        # contains and starts hold for text only.
        ("Große Straße", Op.CONTAINS, "SSE", True),
        ("Große Straße", Op.STARTS, "GROSS", True),
        ("Große Straße", Op.STARTS, "straße", False),
        ("100x", Op.STARTS, "100%", False),
        ("axb", Op.CONTAINS, "a_b", False),
        (140, Op.CONTAINS, "4", False),
        (True, Op.STARTS, "t", False),
        # There is a value, whatever it is.
        ("", Op.ANY, None, True),
        (0, Op.ANY, None, True),
        (False, Op.ANY, None, True),
    ],
)
def test_attributes_compare(value: Any, op: Op, asked: Any, holds: bool) -> None:
    world = oracle(person(attributes={"one": value}))
    assert world.holds(HasAttribute("one", op, asked), "p1") is holds


@pytest.mark.parametrize("op", Op)
def test_only_ne_holds_without_the_attribute(op: Op) -> None:
    value: Any = {Op.IN: ("Lund",), Op.GT: 1, Op.LT: 1, Op.ANY: None}.get(op, "Lund")
    assert oracle(person()).holds(HasAttribute("city", op, value), "p1") is (op is Op.NE)


def test_an_attributes_name_is_exact() -> None:
    world = oracle(person(attributes={"City": "Lund"}))
    assert world.members(HasAttribute("City", Op.EQ, "lund")) == {"p1"}
    assert world.members(HasAttribute("city", Op.ANY)) == set()


def test_name_email_and_msisdn_are_the_profiles_fields() -> None:
    attributes = {"name": "Attribute", "email": "Attribute", "msisdn": "Attribute", "Name": "Attribute"}
    world = oracle(person(name="Anna", email="Anna@Example.com", attributes=attributes), person("p2", TWO))
    assert world.members(HasAttribute("name", Op.EQ, "ANNA")) == {"p1"}
    assert world.members(HasAttribute("email", Op.CONTAINS, "@example.")) == {"p1"}
    assert world.members(HasAttribute("msisdn", Op.EQ, ONE)) == {"p1"}
    assert world.members(HasAttribute("msisdn", Op.GT, 0)) == set()
    assert world.members(HasAttribute("name", Op.EQ, "Attribute")) == set()
    assert world.members(HasAttribute("Name", Op.ANY)) == {"p1"}
    assert world.members(HasAttribute("name", Op.NE, "anna")) == {"p2"}
    assert world.members(HasAttribute("email", Op.ANY)) == {"p1"}


def test_an_erased_person_has_no_attribute_and_so_another_one() -> None:
    world = oracle(person(attributes={"city": "Lund"}, name="Anna"), forgotten=["p1"])
    for name, value in (("city", "Lund"), ("name", "Anna"), ("msisdn", ONE)):
        assert world.members(AllOf((ERASED, HasAttribute(name, Op.NE, value)))) == {"p1"}
        assert world.members(AllOf((ERASED, HasAttribute(name, Op.ANY)))) == set()


def test_tags_are_those_of_the_newest_version_in_any_case() -> None:
    old, new = person(tags=["Vip"]), person(at=START + SECOND, tags=["Straße"])
    for versions in ([old, new], [new, old]):
        world = oracle(*versions)
        assert world.members(HasTag("strasse")) == {"p1"}
        assert world.members(HasTag("vip")) == set()


def test_of_two_versions_of_one_instant_the_one_that_sorts_last_stands() -> None:
    first, last = person(attributes={"city": "Lund"}), person(attributes={"city": "Umeå"})
    for versions in itertools.permutations((first, last)):
        assert oracle(*versions).members(HasAttribute("city", Op.EQ, "Umeå")) == {"p1"}


def test_found_is_a_part_of_the_name_or_of_the_number() -> None:
    world = oracle(person(name="Anna Strauß"), person("p2", TWO, name="100%"), person("p3", THREE))
    assert world.members(Found("STRAUSS")) == {"p1"}
    assert world.members(Found("%")) == {"p2"}
    assert world.members(Found("_")) == set()
    assert world.members(Found(THREE[-3:])) == {"p3"}
    assert world.members(Found("p1")) == set()


def test_everybody_is_every_profile_that_has_a_record() -> None:
    world = oracle(person(), events=[receipt(profile="p2"), event("unsubscribed", "p2")])
    assert world.members(NoneOf((HasTag("vip"),))) == {"p1"}
    assert world.members(AnyOf((OPTED_OUT, ERASED))) == set()
    assert world.holds(OPTED_OUT, "p2")


def test_three_strikes_or_a_refusal_suppress_the_number_for_whoever_holds_it() -> None:
    people = [person(), person("p2"), person("p3", TWO), person("p4", THREE)]
    struck = [bounce(HARD, name, msisdn=ONE) for name in "ABC"]
    assert oracle(*people, events=struck).members(SUPPRESSED) == {"p1", "p2"}
    assert oracle(*people, events=struck[:2]).members(SUPPRESSED) == set()
    # One strike an activity, and none where a delivery came late.
    assert oracle(*people, events=[*struck[:2], bounce(HARD, "A", "p2")]).members(SUPPRESSED) == set()
    assert oracle(*people, events=[*struck, receipt(activity="C")]).members(SUPPRESSED) == set()
    # A refusal holds even when a delivery is known.
    refused = [bounce(REFUSED, profile="p3"), receipt(profile="p3")]
    assert oracle(*people, events=refused).members(SUPPRESSED) == {"p3"}
    # Whoever never came strikes a number too.
    strange = [bounce(HARD, name, "stranger", msisdn=THREE) for name in "ABC"]
    assert oracle(*people, events=strange).members(SUPPRESSED) == {"p4"}


def test_strikes_stay_with_the_number_that_the_message_went_to() -> None:
    moved = person(at=START + SECOND, msisdn=TWO)
    told = [bounce(HARD, name, msisdn=ONE) for name in "ABC"]
    assert oracle(person(), moved, person("p2"), events=told).members(SUPPRESSED) == {"p2"}
    # A receipt without a number means the newest.
    unnamed = [bounce(HARD, name) for name in "ABC"]
    assert oracle(person(), moved, person("p2"), events=unnamed).members(SUPPRESSED) == {"p1"}
    assert oracle(person(), events=[bounce(SOFT, name) for name in "ABC"]).members(SUPPRESSED) == set()


@pytest.mark.parametrize(
    ("left", "returned", "holds"),
    [(None, None, False), (NOW, None, True), (START, NOW, False), (NOW, START, True), (NOW, NOW, True)],
)
def test_opted_out_is_who_left_last_or_does_not_consent(left: int | None, returned: int | None, holds: bool) -> None:
    kinds = (("unsubscribed", left), ("resubscribed", returned))
    told = [event(kind, at=at) for kind, at in kinds if at is not None]
    assert oracle(person(), events=told).holds(OPTED_OUT, "p1") is holds
    assert oracle(person(sms_consent=False), events=told).holds(OPTED_OUT, "p1")
    newer = person(at=START + SECOND)
    assert oracle(person(sms_consent=False), newer, events=told).holds(OPTED_OUT, "p1") is holds
