"""What Twilio's refusals mean (its error codes: the dictionary of errors in its documentation)."""

import msgspec

from smsreport_tui.gateways.interface import Lost, Refusal, Refused
from smsreport_tui.gateways.telling import Told
from smsreport_tui.rules.text import shown

OPTED_OUT = 21610
"""The number has said stop to this sender."""
_NOT_ACTIVE = frozenset({10001, 20005, 90010})
"""The account is not active, mostly as it has run out of funds."""
_REFUSALS = {
    400: Refusal.MESSAGE,
    401: Refusal.TOKEN,
    402: Refusal.CREDITS,
    403: Refusal.TOKEN,
    422: Refusal.MESSAGE,
    429: Refusal.BUSY,
}
_LONGEST_REASON = 200


class Problem(msgspec.Struct):
    """The body of a refusal."""

    code: int | None = None
    message: str = ""


def read_problem(body: bytes) -> Problem:
    """An empty one for what can not be read."""
    try:
        return msgspec.json.decode(body, type=Problem)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return Problem()


def refusal(told: Told) -> Refused | Lost:
    """Why nothing was accepted; lost where the answer does not say that nothing was."""
    problem = read_problem(told.body)
    reason = problem_words(problem, told.status)
    if 400 <= told.status < 500 and problem.code in _NOT_ACTIVE:
        return Refused(Refusal.CREDITS, reason, told.retry_after)
    why = _REFUSALS.get(told.status)
    return Lost(f"it answers with error {told.status}") if why is None else Refused(why, reason, told.retry_after)


def problem_words(problem: Problem, status: int) -> str:
    """In Twilio's words where it has any, fit for the screen."""
    said = shown(problem.message, _LONGEST_REASON)
    code = str(status) if problem.code is None else f"error {problem.code}"
    return f"{said} ({code})" if said else f"It says {code}."
