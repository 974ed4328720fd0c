"""How far an account of Twilio's has been collected, kept in the store as JSON."""

from dataclasses import dataclass

import msgspec

from smsreport_tui.gateways.twilio_activities import Campaigns
from smsreport_tui.gateways.twilio_message import TwilioMessage
from smsreport_tui.rules.clock import HOUR, SECOND

DEEP_EVERY = HOUR
"""So often all is looked at whose state may still change."""
RECENT = 2 * HOUR
"""So far every look goes back behind the one before."""
FEW = 5_000
"""Where a deep look lists no more messages, every look is one."""


class _Former(msgspec.Struct, frozen=True):
    """The file of activities as it held for messages created before a time."""

    before: int
    text: str


@dataclass(frozen=True, slots=True)
class Look:
    """One look: when it began, whether it is deep, the file of activities, and before when nothing is remembered."""

    began: int
    deep: bool
    file: str
    kept: int


class Place(msgspec.Struct):
    """Where the last look and the last deep one began, microseconds UTC; None before the first.

    `replies` are the incoming messages that were taken up, with their times; `file` is the file of activities as the
    last look read it, `listed` how many messages the last deep look has listed.
    """

    begun: int | None = None
    deep: int | None = None
    replies: dict[str, int] = msgspec.field(default_factory=dict)
    file: str = ""
    listed: int = 0
    former: list[_Former] = msgspec.field(default_factory=list)

    def is_deep(self, now: int) -> bool:
        """Whether it is time to look at all again."""
        return self.deep is None or self.listed <= FEW or not self.deep <= now < self.deep + DEEP_EVERY

    def since(self, now: int, *, deep: bool, overlap: int, history: int) -> int:
        """How far the look that begins now goes back."""
        if self.begun is None or self.deep is None:
            return now - history
        # A clock that was set back must not leave anything out.
        return min(self.deep, now) - overlap if deep else min(self.begun, now) - RECENT

    def moved(self, look: "Look", replies: dict[str, int], listed: int) -> "Place":
        """After a look that has taken up these replies and listed so many messages."""
        file, kept = look.file, look.kept
        former = self.former
        if self.begun is not None and file != self.file:
            former = [*former, _Former(_second(self.begun), self.file)]
        return Place(
            begun=look.began,
            deep=look.began if look.deep else self.deep,
            replies={sid: at for sid, at in {**self.replies, **replies}.items() if at >= kept},
            file=file,
            listed=listed if look.deep else self.listed,
            former=[one for one in former if one.before >= kept],
        )


def read_place(text: str | None) -> Place:
    """The place as it was written; the beginning where there is none, or one of another form."""
    try:
        return msgspec.json.decode(text or "{}", type=Place)
    except msgspec.MsgspecError:
        return Place()


class CampaignsByTime:
    """The file of activities as it is now, for what was created since the last look; before, as it was then.

    So a message stays in the activity in which it has been seen. Raises ConfigError.
    """

    def __init__(self, place: Place, file: str) -> None:
        changed = place.begun is not None and file != place.file
        former = [*place.former, _Former(_second(place.begun or 0), place.file)] if changed else place.former
        self._now = Campaigns(file)
        self._former = [(one.before, Campaigns(one.text)) for one in former]

    def of(self, message: TwilioMessage) -> Campaigns:
        """The file that holds for a message."""
        return next((campaigns for before, campaigns in self._former if message.created < before), self._now)


def _second(at: int) -> int:
    """Twilio's times are cut to seconds: what was created in the second of a look may be younger than the look."""
    return at - at % SECOND
