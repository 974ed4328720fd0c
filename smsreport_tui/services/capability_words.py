"""What will work with a gateway and what will not, one line a subject, made of what it says that it can do."""

from collections.abc import Sequence
from dataclasses import dataclass

from smsreport_tui.gateways.interface import Capabilities, GatewayInfo


@dataclass(frozen=True, slots=True)
class Ability:
    """One subject, whether it works, and what that means for the operator."""

    name: str
    works: bool
    text: str


def abilities(info: GatewayInfo, *, sends: bool, clicks_from: Sequence[str] = ()) -> list[Ability]:
    """In the order in which a campaign meets them; a source that `sends` nothing is asked for clicks only."""
    can = info.capabilities
    clicks = _clicks(can, clicks_from)
    if not sends:
        return [clicks, Ability("receipts", False, "It brings clicks: receipts come from the account it belongs to.")]
    return [
        Ability("receipts", True, f"Delivered and bounced messages are told, with the codes of {info.vendor}."),
        clicks,
        _either(
            "opt-outs",
            can.opt_outs,
            "Who unsubscribes is told.",
            "Who unsubscribes is not told: import it with `smsreport import people`, column sms_consent.",
        ),
        _either("credits", can.credits, "What a message costs is told.", "Costs are not told: credits stay empty."),
        *_retries(can),
        _either(
            "segments",
            can.segments,
            "A segment can be handed over.",
            "Segments stay here: export a segment's people as a file.",
        ),
        _either(
            "reminders",
            can.create_activity,
            "A reminder can be sent to the people of a segment.",
            "No reminders: export a segment's people, and send to that file where you send from.",
        ),
        _either(
            "people",
            can.profiles,
            "People are told, with what the gateway knows of them; `smsreport import people` adds to that.",
            "People are numbers: `smsreport import people FILE.csv` gives them names, tags and attributes.",
        ),
    ]


def _either(name: str, works: bool, yes: str, no: str) -> Ability:
    return Ability(name, works, yes if works else no)


def _clicks(can: Capabilities, clicks_from: Sequence[str]) -> Ability:
    if clicks_from and not can.clicks:
        return Ability("clicks", True, f"Clicks come from {', '.join(clicks_from)}.")
    return _either(
        "clicks",
        can.clicks,
        "Who clicks is told.",
        "Clicks are not told: attach a source of them with `smsreport gateway clicks`.",
    )


def _retries(can: Capabilities) -> list[Ability]:
    if not can.send:
        return [Ability("retries", False, "Soft bounces can not be sent again.")]
    retries = Ability("retries", True, "Soft bounces can be sent again.")
    if can.find:
        text = "After a lost answer the message is looked for, so that nobody gets it twice."
        return [retries, Ability("lost answers", True, text)]
    if can.deduplicates:
        text = "After a lost answer the message is sent with the same key, which the gateway sends once."
        return [retries, Ability("lost answers", True, text)]
    text = "After a lost answer the message is held until you decide, and only one store may send."
    return [retries, Ability("lost answers", False, text)]
