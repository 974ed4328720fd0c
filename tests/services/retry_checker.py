"""What rules.md 5 says of a gateway's record, in other words than the program's: no SQL, no fold."""

from collections import defaultdict
from dataclasses import dataclass, field

from smsreport_tui.rules.clock import HOUR, MINUTE

DAYS_2 = 48 * HOUR
LOST_AFTER = 55 * MINUTE + 2 * HOUR
BEST_FIRST = ("delivered", "optout", "hard", "blocked", "soft", "unknown", "account", "pending")

Pair = tuple[str, str]


@dataclass
class Attempted:
    """One message that left, and what has been told of it: outcome by part, None for the whole."""

    pair: Pair
    number: int
    msisdn: str
    at: int
    told: dict[int | None, list[str]] = field(default_factory=lambda: defaultdict(list))

    def outcome(self, now: int) -> str:
        """What it has come to; a retry that nothing ends is unknown in the end."""
        whole = self.told.get(None, [])
        parts = [_best([*self.told[part], *whole]) for part in (1, 2)] if set(self.told) - {None} else [_best(whole)]
        undelivered = [part for part in parts if part != "delivered"]
        said = _best(undelivered) if undelivered else "delivered"
        if said == "pending" and self.number > 1 and now >= self.at + LOST_AFTER:
            return "unknown"
        return said


@dataclass
class Checker:
    """Keeps its own book of people and messages, and complains of what breaks a rule."""

    attempted: list[Attempted] = field(default_factory=list)
    refused_numbers: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    dropped: set[Pair] = field(default_factory=set)
    released: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)
    forbidden: set[Pair] = field(default_factory=set)
    """Who might not be sent to when the pass began: what the store had been told by then."""
    held: set[Pair] = field(default_factory=set)
    heard: set[Pair] = field(default_factory=set)
    """Of whom a receipt has been told that no pass is sure to have learned yet: it may end a holding."""
    _heard_before: set[Pair] = field(default_factory=set)

    def of(self, pair: Pair) -> list[Attempted]:
        """The messages of one recipient, in the order in which they left."""
        return [one for one in self.attempted if one.pair == pair]

    def outcome(self, pair: Pair, now: int) -> str:
        """The best that any attempt has come to."""
        return _best([one.outcome(now) for one in self.of(pair)])

    def strikes(self, msisdn: str, now: int) -> int:
        """Activities in which a recipient with this number is hard."""
        first = {one.pair for one in self.attempted if one.number == 1 and one.msisdn == msisdn}
        return len({pair[0] for pair in first if self.outcome(pair, now) == "hard"})

    def unknowns(self, pair: Pair, now: int) -> int:
        """Attempts of the recipient that ended unknown; one that an operator has sent again is one still."""
        return len({one.number for one in self.of(pair) if one.outcome(now) == "unknown"})

    def may_get(self, pair: Pair, now: int) -> bool:
        """Whether the recipient may be sent a further attempt at all, hours and pauses apart."""
        first = self.of(pair)[0]
        return (
            self.outcome(pair, now) in ("soft", "unknown")
            and (self.of(pair)[-1].outcome(now) != "pending" or self._is_released(pair))
            and self.unknowns(pair, now) < 3
            and self.strikes(first.msisdn, now) < 3
            and first.msisdn not in self.refused_numbers
            and pair[1] not in self.gone
            and pair not in self.dropped
        )

    def _is_released(self, pair: Pair) -> bool:
        """Whether an operator has said that the latest attempt is to be sent again, not knowing what came of it."""
        return f"{pair[0]}:{pair[1]}:{self.of(pair)[-1].number}" in self.released

    def begin_pass(self, now: int, latest: int, held: set[Pair]) -> None:
        """What the pass must respect, as its sync will learn all that has been told.

        An attempt may have timed out by a clock that was set back since, or a claim's time before it left.
        """
        every = {one.pair for one in self.attempted}
        times = (now, latest + 3 * MINUTE)
        self.forbidden = {pair for pair in every if not any(self.may_get(pair, at) for at in times)}
        self.held = held - self.heard
        self._heard_before, self.heard = self.heard, set()

    def end_pass(self, *, survived: bool) -> None:
        """What had been told by its beginning is known to the store, unless every worker may have died before."""
        if not survived:
            self.heard |= self._heard_before

    def left(self, pair: Pair, number: int, msisdn: str, at: int, key: str) -> None:
        """A message leaves."""
        before = self.of(pair)
        if any(one.number == number for one in before) and key not in self.released:
            self._say(key, "was sent twice")
        if at - before[-1].at < HOUR or at - max(one.at for one in before) < HOUR:
            self._say(key, f"left {(at - before[-1].at) / MINUTE} minutes after the attempt before it")
        if at > before[0].at + DAYS_2:
            self._say(key, "left after 48 hours")
        if msisdn != before[0].msisdn:
            self._say(key, "went to another number than the first attempt")
        if pair in self.forbidden or pair[1] in self.gone:
            self._say(key, "went to who may not be sent to")
        if pair in self.held and key not in self.released:
            self._say(key, "was sent while an attempt was held")
        same = [one for one in self.attempted if one.pair[0] == pair[0] and one.msisdn == msisdn and one.number > 1]
        if any(abs(at - one.at) < HOUR for one in same):
            self._say(key, "was not the only retry of the hour to its number")
        self.attempted.append(Attempted(pair, number, msisdn, at))

    def _say(self, key: str, what: str) -> None:
        self.complaints.append(f"{key} {what}")


def _best(outcomes: list[str]) -> str:
    return min(outcomes, key=BEST_FIRST.index, default="pending")
