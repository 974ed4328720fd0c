"""What the command palette finds: every key's action where one is, every activity, every theme."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from heapq import nlargest

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.message import Message

from screens.help import help_rows
from screens.source_screen import SourceScreen
from smsreport_tui.rules.errors import SmsReportError
from smsreport_tui.rules.text import shown

MOST_HITS = 40
_LONGEST = 120
_KEYS = 8
# Moves, and what makes no sense from the palette.
_OF_THE_HAND = ("move", "columns", "page", "go(", "scroll", "app.focus", "command_palette", "help_quit")


@dataclass
class ActivityChosen(Message):
    """The operator wants the report of an activity."""

    activity_id: str


@dataclass
class ThemeChosen(Message):
    """The operator wants other colours."""

    name: str


@dataclass(frozen=True, slots=True)
class Command:
    """A line of the palette: its words, fit for the terminal, what it does, and its key."""

    words: str
    act: Callable[[], object]
    key: str = ""


class PaletteCommands(Provider):
    """Commands of the screen below come first, then activities, then themes."""

    async def startup(self) -> None:
        # Not waited for here: each key typed meanwhile cancels a search, and with it what that search waits for.
        self._gathering = asyncio.create_task(self._gather())

    async def _gather(self) -> list[Command]:
        return [*self._of_screen(), *await asyncio.to_thread(self._of_activities), *self._of_themes()]

    def _of_screen(self) -> Iterator[Command]:
        namespaces = {binding.action: node for node, binding, *_ in self.screen.active_bindings.values()}
        for row in help_rows(self.screen):
            if row.action in namespaces and not row.action.startswith(_OF_THE_HAND):
                yield Command(row.words, partial(self.app.run_action, row.action, namespaces[row.action]), row.keys)

    def _of_activities(self) -> list[Command]:
        # The screen below may be one that is just going away: a palette closed a moment ago, a dialog.
        desks = (screen.desk for screen in self.app.screen_stack if isinstance(screen, SourceScreen))
        source = next((desk.source for desk in desks if desk.source is not None), None)
        if source is None:
            return []
        try:
            activities = source.activities()
        except SmsReportError:
            return []
        return [
            Command(
                f"Report: {shown(one.name or one.id, _LONGEST)}",
                partial(self.app.post_message, ActivityChosen(one.id)),
            )
            for one in activities
        ]

    def _of_themes(self) -> Iterator[Command]:
        for name in sorted(self.app.available_themes):
            yield Command(f"Theme: {name}", partial(self.app.post_message, ThemeChosen(name)))

    async def discover(self) -> Hits:
        for command in (await asyncio.shield(self._gathering))[:MOST_HITS]:
            yield DiscoveryHit(_displayed(command), command.act, text=command.words)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        commands = await asyncio.shield(self._gathering)
        scored = ((matcher.match(command.words), index) for index, command in enumerate(commands))
        for score, index in nlargest(MOST_HITS, (pair for pair in scored if pair[0] > 0)):
            command = commands[index]
            yield Hit(score, _displayed(command), command.act, text=command.words)


def _displayed(command: Command) -> Content:
    # Content takes the words as they are; the palette's own highlighting reads markup in them.
    return Content.styled(command.key.ljust(_KEYS), "$label") + Content(command.words)
