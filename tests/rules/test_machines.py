"""Machines' clicks against people's (rules.md 4): by agent, checked against a well-kept list, and by haste."""

import json
from importlib import resources
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsreport_tui.rules.clock import SECOND
from smsreport_tui.rules.machines import AgentClass, agent_class, is_machine
from tests.rules.agents import DESKTOP_BROWSERS, MACHINES, PHONE_BROWSERS

PEOPLE_ON_THE_LIST = {
    "AP3A\\.240617\\.008": "an OPPO phone's build, in the browser inside Instagram",
    "MetaIAB Facebook": "the browser inside the Facebook app, on people's phones",
}
"""Patterns of the well-kept list whose agents people use, and why: their clicks stay people's."""


def listed() -> list[tuple[str, str]]:
    """Pattern and agent of every instance of crawler-user-agents."""
    text = resources.files("crawleruseragents").joinpath("crawler-user-agents.json").read_text("utf-8")
    entries = cast("list[dict[str, object]]", json.loads(text))
    return [(str(entry["pattern"]), agent) for entry in entries for agent in cast("list[str]", entry["instances"])]


def test_every_agent_of_the_well_kept_list_is_a_machine() -> None:
    agents = listed()
    assert len(agents) > 2_000
    missed = {pattern for pattern, agent in agents if agent_class(agent) is not AgentClass.MACHINE}
    assert missed == PEOPLE_ON_THE_LIST.keys()


@pytest.mark.parametrize("agent", MACHINES)
def test_a_preview_a_scanner_or_a_library_is_a_machine(agent: str) -> None:
    assert agent_class(agent) is AgentClass.MACHINE
    assert agent_class(agent.upper()) is AgentClass.MACHINE


@pytest.mark.parametrize("agent", PHONE_BROWSERS)
def test_a_phones_browser_is_a_persons(agent: str) -> None:
    assert agent_class(agent) is AgentClass.PHONE


@pytest.mark.parametrize("agent", [*DESKTOP_BROWSERS, "", None, "-", "unknown", "Some Program/1.0"])
def test_a_desktops_browser_and_no_agent_are_neither(agent: str | None) -> None:
    assert agent_class(agent) is AgentClass.OTHER


@given(st.none() | st.text(max_size=1_000))
def test_any_agent_has_a_class(agent: str | None) -> None:
    assert agent_class(agent) in AgentClass


def test_the_list_of_agents_is_in_lower_case_and_names_nothing_twice() -> None:
    text = resources.files("smsreport_tui.rules").joinpath("data/machine_agents.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert lines
    assert [line for line in lines if line != line.lower() or line != line.strip()] == []
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize(
    ("agent", "after", "machine"),
    [
        (AgentClass.OTHER, -1, False),
        (AgentClass.OTHER, 0, True),
        (AgentClass.OTHER, 2 * SECOND - 1, True),
        (AgentClass.OTHER, 2 * SECOND, False),
        (AgentClass.OTHER, None, False),
        (AgentClass.PHONE, 0, False),
        (AgentClass.PHONE, None, False),
        (AgentClass.MACHINE, -1, True),
        (AgentClass.MACHINE, 3600 * SECOND, True),
        (AgentClass.MACHINE, None, True),
    ],
)
def test_haste_makes_a_machine_of_what_is_no_phone(agent: AgentClass, after: int | None, machine: bool) -> None:
    delivered = 1_772_442_007_000_000
    at = delivered + (after or 0)
    assert is_machine(agent, at, None if after is None else delivered) is machine
