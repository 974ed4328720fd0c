"""A gateway in memory that takes messages again: keys once, answers lost where a test wants, its own record kept."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from smsreport_tui.gateways.interface import Accepted, Answer, Capabilities, GatewayInfo, Lost, Message, NotFound
from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.times import exact_time
from tests.services.gateway import ABLE, Item, MemoryGateway

CREDITS = 1_000_000


@dataclass(frozen=True)
class Sent:
    """One message that left for the network."""

    key: str
    message: Message
    at: int


@dataclass
class Script:
    """What the gateway does to one request, asked before (`answer`) and after (`loses`) it is carried out."""

    answer: Callable[[Message], Answer | None] = lambda message: None
    loses: Callable[[str], bool] = lambda key: False
    finds: Callable[[str], Answer | None] = lambda key: None
    balance: int = CREDITS


@dataclass
class Record:
    """What the gateway has seen: every request, and every message that left."""

    requests: list[Message] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    asked_balance: int = 0


class SendingGateway(MemoryGateway):
    """Sends each key once; `receipts` tells what comes of a message, as events without ids."""

    def __init__(
        self,
        clock: Clock,
        activities: list[Item],
        profiles: list[Item],
        events: list[Item],
        capabilities: Capabilities = ABLE,
    ) -> None:
        super().__init__(activities, profiles, events, page_items=50)
        self.clock = clock
        self.able = capabilities
        self.script = Script()
        self.record = Record()
        self.receipts: Callable[[Sent], list[Item]] = lambda sent: [{"kind": "sent"}]

    async def collect(self) -> None:
        return

    async def info(self) -> GatewayInfo:
        return replace(await super().info(), capabilities=self.able)

    async def send(self, message: Message) -> Answer:
        self.record.requests.append(message)
        refused = self.script.answer(message)
        if refused is not None:
            return refused
        known = self._known(message.key)
        if known is None:
            known = Sent(message.key, message, self.clock.now())
            self.record.sent.append(known)
            self._tell(known)
        return Lost("the line broke") if self.script.loses(message.key) else _accepted(known)

    async def find(self, message: Message, requested_at: int) -> Answer | NotFound:
        scripted = self.script.finds(message.key)
        if scripted is not None:
            return scripted
        known = self._known(message.key)
        return NotFound() if known is None else _accepted(known)

    async def balance(self) -> int:
        self.record.asked_balance += 1
        return self.script.balance

    def tell(self, **event: object) -> None:
        """One more event."""
        events = self.streams["events"]
        events.append({"id": f"g{len(events)}", "at": exact_time(self.clock.now()), **event})

    def _known(self, key: str) -> Sent | None:
        return next((one for one in self.record.sent if one.key == key), None)

    def _tell(self, sent: Sent) -> None:
        about = {
            "activity_id": sent.message.activity_id,
            "profile_id": sent.message.profile_id,
            "msisdn": sent.message.msisdn,
            "message_id": message_id(sent),
            "attempt": sent.message.attempt,
        }
        for event in self.receipts(sent):
            self.tell(**{**about, **event})


def message_id(sent: Sent) -> str:
    """The gateway's own id of a message."""
    return f"m-{sent.message.activity_id}-{sent.message.profile_id}-{sent.message.attempt}"


def _accepted(sent: Sent) -> Accepted:
    return Accepted(message_id(sent), sent.at)
