"""Why a gateway is sent nothing for a while, and when it is asked again (rules.md 5)."""

from enum import StrEnum

from smsreport_tui.rules.clock import HOUR, MINUTE

_PROBE_WAITS = (15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR)


ACCOUNT_FAILED = "A retry failed for a reason of the account"


class PauseKind(StrEnum):
    """What ends a pause: a probe that succeeds, or the time that the gateway asked for."""

    STOPPED = "stopped"
    BUSY = "busy"


def is_over(probe_at: int, since: int, now: int) -> bool:
    """Whether a pause has come to its probe; one that began in the future was dated by a clock that is set back."""
    return probe_at <= now or since > now


def next_probe_at(last: int, probes: int) -> int:
    """When a stopped gateway is asked again, after so many probes in vain.

    15 minutes after the pause began, then at waits of 30 minutes, 1, 2 and 4 hours from probe to probe.
    """
    return last + _PROBE_WAITS[min(probes, len(_PROBE_WAITS) - 1)]
