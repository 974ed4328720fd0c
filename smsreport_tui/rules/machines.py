"""Which clicks are a machine's: link previews and scanners open a link before the person does (rules.md 4)."""

import re
from enum import IntEnum
from functools import lru_cache
from importlib import resources

from smsreport_tui.rules.clock import SECOND

WITHIN = 2 * SECOND
"""A click this soon after the delivery is nobody's thumb, unless a phone's browser says it is."""

_PHONE = re.compile("mobile|android|iphone|ipad")


class AgentClass(IntEnum):
    """What a user agent says of the one who clicked; stored in place of the agent once a profile is erased."""

    OTHER = 0
    PHONE = 1
    MACHINE = 2


@lru_cache(maxsize=8_192)
def agent_class(user_agent: str | None) -> AgentClass:
    """A known machine, a phone's browser, or neither: a desktop's browser, an unknown program, no agent at all."""
    if not user_agent:
        return AgentClass.OTHER
    agent = user_agent.lower()
    if _machines().search(agent):
        return AgentClass.MACHINE
    return AgentClass.PHONE if _PHONE.search(agent) else AgentClass.OTHER


def is_machine(agent: AgentClass, at: int, delivered_at: int | None) -> bool:
    """Whether a click at `at` is left out of the figures; times in microseconds."""
    if agent is AgentClass.OTHER and delivered_at is not None:
        return 0 <= at - delivered_at < WITHIN
    return agent is AgentClass.MACHINE


@lru_cache(maxsize=1)
def _machines() -> re.Pattern[str]:
    """The data file as one expression, compiled when the first click comes."""
    text = resources.files("smsreport_tui.rules").joinpath("data/machine_agents.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    # Anchored names in one group are given up at once behind the start: five times quicker than one by one.
    anchored = "|".join(line[1:] for line in lines if line.startswith("^"))
    anywhere = "|".join(line for line in lines if not line.startswith("^"))
    return re.compile(f"^(?:{anchored})|{anywhere}")
