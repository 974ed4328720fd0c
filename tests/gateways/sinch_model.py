"""What Sinch keeps for one service plan, as far as its documents tell: batches, reports, inbounds, groups."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from smsreport_tui.rules.clock import HOUR, FixedClock
from smsreport_tui.rules.times import format_time, parse_time

_MSISDN = re.compile(r"\+?[1-9][0-9]{5,14}")
_REFERENCE_LIMIT = 128
_NAME_LIMIT = 20
_BODY_LIMIT = 1600
_INTERMEDIATE = ("Queued", "Dispatched")


class RefusedError(Exception):
    """An error answer: status, Sinch's code, and its words."""

    def __init__(self, status: int, code: str = "", text: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.text = text


@dataclass
class State:
    """What a recipient's message is in."""

    code: int
    status: str
    at: int


@dataclass
class SentBatch:
    """A batch; `states` are its recipients' once it is sent."""

    id: str
    asked: dict[str, Any]
    created_at: int
    modified_at: int
    ours: bool
    canceled: bool = False
    states: dict[str, State] = field(default_factory=dict)
    sent: bool = False

    @property
    def send_at(self) -> int:
        return max(self.created_at, parse_time(self.asked["send_at"])) if "send_at" in self.asked else self.created_at

    def said(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "type": "mt_text",
            **self.asked,
            "to": [bare(one) for one in self.asked["to"]],
            "created_at": format_time(self.created_at),
            "modified_at": format_time(self.modified_at),
            "canceled": self.canceled,
        }


@dataclass
class NumberGroup:
    id: str
    name: str | None
    members: set[str]
    created_at: int
    modified_at: int

    def said(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "size": len(self.members),
            "created_at": format_time(self.created_at),
            "modified_at": format_time(self.modified_at),
            "child_groups": [],
        }


def bare(number: str) -> str:
    """Without the plus sign, as Sinch gives numbers back."""
    return number.removeprefix("+")


class Plan:
    """One service plan's state. `lag` is how long what is new stays out of the lists, in microseconds.

    `reports_by_message`: whether a window of reports is one of the messages' times and not of the reports'.
    """

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self.lag = 0
        self.reports_by_message = False
        self.batches: dict[str, SentBatch] = {}
        self.inbounds: dict[str, dict[str, Any]] = {}
        self.groups: dict[str, NumberGroup] = {}
        self._made = 0

    def new_id(self) -> str:
        self._made += 1
        return f"01FC66621V{self._made:016d}"

    def post_batch(self, asked: dict[str, Any], *, ours: bool = False) -> SentBatch:
        """Raises RefusedError."""
        self._check(asked)
        now = self.clock.now()
        batch = SentBatch(self.new_id(), asked, now, now, ours)
        if batch.asked.get("expire_at") and parse_time(asked["expire_at"]) <= batch.send_at:
            raise RefusedError(400, "syntax_constraint_violation", "The value of 'expire_at' must be after 'send_at'.")
        self.batches[batch.id] = batch
        self.run()
        return batch

    def run(self) -> None:
        """Send what is due; groups are looked at in that moment."""
        for batch in self.batches.values():
            if batch.sent or batch.canceled or batch.send_at > self.clock.now():
                continue
            batch.sent = True
            for one in batch.asked["to"]:
                members = self.groups[one].members if one in self.groups else {one} if _MSISDN.fullmatch(one) else ()
                for number in sorted(members):
                    batch.states[bare(number)] = State(401, "Dispatched", batch.send_at)

    def cancel(self, batch_id: str) -> SentBatch:
        self.run()
        batch = self._batch(batch_id)
        batch.canceled, batch.modified_at = True, self.clock.now()
        for number, state in batch.states.items():
            if state.status in _INTERMEDIATE:
                batch.states[number] = State(407, "Cancelled", self.clock.now())
        return batch

    def settle(self, batch_id: str, number: str, code: int, status: str) -> None:
        """What has become of one message."""
        self.run()
        self.batches[batch_id].states[bare(number)] = State(code, status, self.clock.now())

    def newest_to(self, number: str) -> str:
        """The batch of the newest message to a number."""
        self.run()
        return next(one.id for one in reversed(self.batches.values()) if bare(number) in one.states)

    def inbound(self, number: str, body: Any, kind: str = "mo_text") -> str:
        """Somebody writes."""
        made = self.new_id()
        self.inbounds[made] = {
            "type": kind,
            "id": made,
            "from": bare(number),
            "to": "12345",
            "body": body,
            "received_at": format_time(self.clock.now()),
        }
        if kind == "mo_binary":
            self.inbounds[made]["udh"] = "050003cc0301"
        return made

    def listed_batches(self, since: int, until: int | None, reference: str | None) -> list[dict[str, Any]]:
        self.run()
        return [
            one.said()
            for one in reversed(self.batches.values())
            if self._is_listed(one.created_at, since, until)
            and (reference is None or one.asked.get("client_reference") == reference)
        ]

    def listed_reports(self, since: int, until: int | None) -> list[dict[str, Any]]:
        self.run()
        found = [
            (state.at, self._said_of(batch, number, state))
            for batch in self.batches.values()
            for number, state in batch.states.items()
            if state.status not in _INTERMEDIATE
            and self._is_listed(batch.created_at if self.reports_by_message else state.at, since, until)
        ]
        return [said for _, said in sorted(found, key=lambda one: (one[0], one[1]["recipient"]), reverse=True)]

    def listed_inbounds(self, since: int, until: int | None) -> list[dict[str, Any]]:
        return [
            one
            for one in reversed(self.inbounds.values())
            if self._is_listed(parse_time(one["received_at"]), since, until)
        ]

    def report(self, batch_id: str, *, full: bool) -> dict[str, Any]:
        self.run()
        batch = self._batch(batch_id)
        by_code: dict[tuple[int, str], list[str]] = {}
        for number, state in sorted(batch.states.items()):
            by_code.setdefault((state.code, state.status), []).append(number)
        said: dict[str, Any] = {
            "type": "delivery_report_sms",
            "batch_id": batch_id,
            "total_message_count": len(batch.states),
            "statuses": [
                {"code": code, "status": status, "count": len(some)} | ({"recipients": some} if full else {})
                for (code, status), some in by_code.items()
            ],
        }
        return said | _referring(batch)

    def recipient_report(self, batch_id: str, number: str) -> dict[str, Any]:
        self.run()
        batch = self._batch(batch_id)
        if bare(number) not in batch.states:
            raise RefusedError(404)
        return self._said_of(batch, bare(number), batch.states[bare(number)])

    def post_group(self, name: str | None, members: Iterable[str]) -> NumberGroup:
        self._check_name(name)
        now = self.clock.now()
        group = NumberGroup(self.new_id(), name, self._numbers(members, "members"), now, now)
        self.groups[group.id] = group
        return group

    def put_group(self, group_id: str, name: str | None, members: Iterable[str]) -> NumberGroup:
        self._check_name(name)
        group = self.group(group_id)
        group.name, group.members, group.modified_at = name, self._numbers(members, "members"), self.clock.now()
        return group

    def change_group(self, group_id: str, change: dict[str, Any]) -> NumberGroup:
        """Adds are done before the removals."""
        group = self.group(group_id)
        added = self._numbers(change.get("add") or (), "add")
        removed = self._numbers(change.get("remove") or (), "remove")
        if "name" in change:
            self._check_name(change["name"])
            group.name = change["name"]
        added |= self._members_of(change.get("add_from_group"))
        removed |= self._members_of(change.get("remove_from_group"))
        group.members = (group.members | added) - removed
        group.modified_at = self.clock.now()
        return group

    def group(self, group_id: str) -> NumberGroup:
        if group_id not in self.groups:
            raise RefusedError(404)
        return self.groups[group_id]

    def _batch(self, batch_id: str) -> SentBatch:
        if batch_id not in self.batches:
            raise RefusedError(404)
        return self.batches[batch_id]

    def said_batch(self, batch_id: str) -> dict[str, Any]:
        self.run()
        return self._batch(batch_id).said()

    def _is_listed(self, at: int, since: int, until: int | None) -> bool:
        now = self.clock.now()
        # Lists are cut to milliseconds, and to the last fourteen days.
        old = at < max(since, now - 14 * 24 * HOUR)
        return not old and (until is None or at < until) and (not self.lag or at <= now - self.lag)

    def _said_of(self, batch: SentBatch, number: str, state: State) -> dict[str, Any]:
        said = {
            "type": "recipient_delivery_report_sms",
            "batch_id": batch.id,
            "recipient": number,
            "code": state.code,
            "status": state.status,
            "at": format_time(state.at),
            "number_of_message_parts": 1,
            "operator_status_at": format_time(state.at // 60_000_000 * 60_000_000),
        }
        return said | _referring(batch)

    def _check(self, asked: dict[str, Any]) -> None:
        to = asked.get("to") or ()
        if not 1 <= len(to) <= 1000:
            raise RefusedError(
                400, "syntax_constraint_violation", "The value of parameter 'to' must have 1 to 1000 elements."
            )
        for place, one in enumerate(to):
            if not _MSISDN.fullmatch(one) and one not in self.groups:
                if len(one) > 16:
                    raise RefusedError(403, "unknown_group", f"Group '{one}' is unknown or deleted")
                raise RefusedError(
                    400,
                    "syntax_invalid_parameter_format",
                    f"The format of parameter 'to[{place}]' is invalid; value '{one}' is no valid MSISDN or group ID.",
                )
        if not asked.get("body") or len(asked["body"]) > _BODY_LIMIT:
            raise RefusedError(
                400, "syntax_constraint_violation", "The value of parameter 'body' is too long or missing."
            )
        if len(asked.get("client_reference") or "") > _REFERENCE_LIMIT:
            raise RefusedError(400, "syntax_constraint_violation", "The value of 'client_reference' is too long.")
        if asked.get("delivery_report", "none") != "none" and not asked.get("callback_url"):
            raise RefusedError(403, "missing_callback_url", "Requesting delivery report without any callback URL.")

    def _members_of(self, group_id: str | None) -> set[str]:
        if group_id is None:
            return set()
        if group_id not in self.groups:
            raise RefusedError(403, "unknown_group", f"Group '{group_id}' is unknown or deleted")
        return self.groups[group_id].members

    def _check_name(self, name: str | None) -> None:
        if len(name or "") > _NAME_LIMIT:
            raise RefusedError(400, "syntax_constraint_violation", "The value of parameter 'name' is too long.")

    def _numbers(self, some: Iterable[str], name: str) -> set[str]:
        numbers = list(some)
        if len(numbers) > 10_000:
            raise RefusedError(
                400, "syntax_constraint_violation", f"The value of parameter '{name}' has too many elements."
            )
        for place, one in enumerate(numbers):
            if not _MSISDN.fullmatch(one):
                text = f"The format of parameter '{name}[{place}]' is invalid; value '{one}' is not a valid MSISDN."
                raise RefusedError(400, "syntax_invalid_parameter_format", text)
        return {bare(one) for one in numbers}


def _referring(batch: SentBatch) -> dict[str, Any]:
    reference = batch.asked.get("client_reference")
    return {} if reference is None else {"client_reference": reference}
