"""What an adapter answers where its vendor can do nothing: a sentence, and nothing done."""

from collections.abc import Sequence
from typing import NoReturn

from smsreport_tui.gateways.interface import (
    Answer,
    Created,
    Lost,
    Message,
    NewActivity,
    NotFound,
    Refusal,
    Refused,
)
from smsreport_tui.rules.errors import GatewayError


class Unable:
    """The desk and the segments of a gateway that has neither; an adapter overrides what its vendor can do.

    `words` is what the sentences call it, such as "Shlink".
    """

    url: str
    words: str

    async def send(self, message: Message) -> Answer:  # noqa: ARG002 - whatever it is, it is not sent
        """Refuses: nothing leaves."""
        return Refused(Refusal.MESSAGE, self._can_not("send messages"))

    async def find(self, message: Message, requested_at: int) -> Answer | NotFound:  # noqa: ARG002 - nobody is asked
        """What became of it is not known, and stays so."""
        return Lost(self._can_not("tell what became of a message"))

    async def create_activity(
        self,
        key: str,  # noqa: ARG002 - nothing is asked for
        activity: NewActivity,  # noqa: ARG002 - nor sent
    ) -> Created | Refused | Lost:
        """Refuses: nothing leaves."""
        return Refused(Refusal.MESSAGE, self._can_not("send to segments"))

    async def balance(self) -> int:
        """Raises GatewayError."""
        self._fail("tell what credits are left")

    async def put_segment(self, segment_id: str, name: str, description: str) -> None:  # noqa: ARG002 - none is made
        """Raises GatewayError."""
        self._fail("take segments")

    async def put_members(self, segment_id: str, batch: int, profile_ids: Sequence[str]) -> None:  # noqa: ARG002
        """Raises GatewayError."""
        self._fail("take segments")

    async def commit_segment(self, segment_id: str, members: int) -> None:  # noqa: ARG002 - none is put in force
        """Raises GatewayError."""
        self._fail("take segments")

    def _can_not(self, what: str) -> str:
        return f"{self.words} at {self.url} can not {what}: use another gateway for it."

    def _fail(self, what: str) -> NoReturn:
        raise GatewayError(self._can_not(what))
