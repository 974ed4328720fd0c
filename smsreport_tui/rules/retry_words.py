"""The queue of retries in an operator's words: for the screen and the command alike."""

from smsreport_tui.rules import formatting
from smsreport_tui.rules.attempts import LAST_ATTEMPT
from smsreport_tui.rules.formatting import NOTHING, ago, count_of, local_time, percent, thousands
from smsreport_tui.rules.pauses import PauseKind
from smsreport_tui.rules.retry_figures import PauseFigure, Retry, RetryBoard, RetryState, SendingConsent, Yield
from smsreport_tui.rules.text import shown

_BAR = 20


def next_step(retry: Retry, now: int, zone: str | None) -> str:
    """What happens next with a retry, and when."""
    if retry.state is RetryState.SENDING:
        return "being sent"
    if retry.state is RetryState.HELD:
        return f"held: {shown(retry.reason)}" if retry.reason else "held"
    if retry.opens_at is None and retry.msisdn is not None:
        return "no allowed hour left"
    due = max(retry.due_at, retry.opens_at or retry.due_at)
    if due <= now:
        return "due now"
    waits = "allowed" if due > max(now, retry.due_at) else "due"
    return f"{waits} {ago(now, due)}, {local_time(due, zone, with_zone=False)[5:16]}"


def attempts_used(retry: Retry) -> str:
    """Attempts made, of those that there may be."""
    return f"{retry.attempts} of {LAST_ATTEMPT}"


def queue_line(board: RetryBoard) -> str:
    """How many wait, are being sent, are held."""
    words = [f"{thousands(board.waiting)} waiting", f"{thousands(board.sending)} being sent"]
    return " · ".join([*words, f"{thousands(board.held)} held"])


def pause_line(pause: PauseFigure, now: int) -> str:
    """Why nothing is sent, since when, and when that may end."""
    when = ago(now, pause.probe_at) if pause.probe_at > now else "with the next pass"
    end = "asked again" if pause.kind is PauseKind.STOPPED else "goes on"
    return f"Paused {ago(now, pause.since)}. {shown(pause.reason)} · {end} {when}"


def consent_line(consent: SendingConsent) -> str | None:
    """What the store may do on its own; None where there is nothing to say."""
    if not consent.needed:
        return None
    if consent.confirmed_at is None:
        return "The app's worker only syncs: sending retries has not been confirmed for this store."
    return "Sending retries is confirmed for this store."


def consent_question(consent: SendingConsent) -> tuple[str, ...]:
    """What an operator should know before confirming."""
    lines = [
        f"Soft bounces are sent again every hour, until 48 hours after they were sent first: "
        f"{count_of(consent.people, 'person')} waiting now.",
        f"One attempt for each costs {formatting.credits(consent.credits)} credits{_unpriced(consent)}.",
    ]
    if consent.single_store:
        lines.append(
            "This gateway can neither find a message nor tell a repeated one: only one store may send by it, "
            "or people get messages twice."
        )
    return tuple(lines)


def _unpriced(consent: SendingConsent) -> str:
    if not consent.unpriced:
        return ""
    if consent.unpriced == consent.people:
        return ", as far as is known: the gateway tells no price"
    return f", and more for {count_of(consent.unpriced, 'person')} whose price is not known"


def gains_lines(gains: Yield) -> tuple[str, ...]:
    """What retries bring, as a small chart: delivered by attempt number, and what was spent."""
    if not gains.attempts:
        return ("No retry has been sent yet.",)
    most = max(one.sent for one in gains.attempts)
    lines = []
    for one in gains.attempts:
        bar = "█" * round(_BAR * one.delivered / most) + "░" * round(_BAR * (one.sent - one.delivered) / most)
        share = percent(one.delivered / one.sent) if one.sent else NOTHING
        figures = f"{thousands(one.delivered):>7} of {thousands(one.sent):<7} {share:>7}"
        lines.append(f"attempt {one.attempt:>2}  {figures}  {bar}")
    delivered = sum(one.delivered for one in gains.attempts)
    spent = formatting.credits(gains.credits)
    lines.append(f"{thousands(delivered)} delivered by this store's retries · {spent} credits spent on retries in all")
    return tuple(lines)
