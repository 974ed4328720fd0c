"""The keys of the builder, and what they do to the tree: each change is one step that can be taken back."""

from abc import abstractmethod
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from screens import builder_text
from screens.condition_kinds import chosen, form_for, groups_dialog, kinds_dialog, new_group, states_dialog
from screens.desk import Desk
from screens.source_screen import SourceScreen
from smsreport_tui.rules.errors import SegmentError
from smsreport_tui.rules.segment_edit import History, Spot, inserted, replaced
from smsreport_tui.rules.segment_tree import Group, IsIn, Node
from widgets.condition_tree import ConditionTree
from widgets.row_table import RowTable


class TreeEditor(SourceScreen):
    """Holds the tree with its history; the subclass shows it and says what else is to be done with it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "Add", id="builder.add", tooltip="Add a condition: into the group, or below the condition"),
        Binding("exclamation_mark", "negate", "Not", id="builder.negate", tooltip="Turn it into its opposite"),
        Binding("t,space", "turn", "Kind", id="builder.turn", tooltip="Ask for all, any or none of the group"),
        Binding("w,ctrl+s", "save", "Save", id="builder.save", tooltip="Keep the segment; a new one is named first"),
        Binding("M", "remind", "Reminder", id="builder.remind", tooltip="Send an SMS to its people, once it is saved"),
        Binding("A", "group", "Group", id="builder.group", tooltip="Put a group around the condition"),
        Binding(
            "X",
            "ungroup",
            "Ungroup",
            show=False,
            id="builder.ungroup",
            tooltip="Take the group away and keep what is in it",
        ),
        Binding("x,delete", "remove", "Delete", id="builder.remove", tooltip="Delete it, with all that is in it"),
        Binding(
            "J,shift+down",
            "down",
            "Move down",
            show=False,
            id="builder.down",
            tooltip="Move it down, into and out of groups",
        ),
        Binding(
            "K,shift+up", "up", "Move up", show=False, id="builder.up", tooltip="Move it up, into and out of groups"
        ),
        Binding("u", "undo", "Undo", id="builder.undo", tooltip="Take the last change back"),
        Binding("ctrl+r", "redo", "Redo", show=False, id="builder.redo", tooltip="Make it again after all"),
        Binding("o", "file", "File", id="builder.file", tooltip="Open a JSON file, or write one"),
        Binding("escape", "back", "Back", id="builder.back", tooltip="Back; asks first when a change is not saved"),
    ]
    AUTO_FOCUS = "#tree"

    def __init__(self, desk: Desk, where: Node, name: str | None) -> None:
        super().__init__(desk)
        self.segment = name
        self.history = History(Spot(where))
        self.names: dict[str, str] = {}

    @abstractmethod
    def tree_changed(self) -> None:
        """Another tree is to be shown and counted."""

    @abstractmethod
    def action_save(self) -> None:
        """Keeps the segment."""

    @abstractmethod
    def action_remind(self) -> None:
        """Begins a reminder to the segment's people."""

    @abstractmethod
    def action_file(self) -> None:
        """Opens or writes a file."""

    @abstractmethod
    def action_back(self) -> None:
        """Leaves."""

    @property
    def spot(self) -> Spot:
        """The tree, and the node under the cursor."""
        return self.history.now

    @property
    def lines(self) -> ConditionTree:
        return self.query_one("#tree", ConditionTree)

    def why_not(self, action: str) -> str | None:
        if action in builder_text.EDITS:
            return builder_text.why_not(action, self.spot)
        if action == "undo" and not self.history.before:
            return "There is no change to take back."
        return "No change was taken back." if action == "redo" and not self.history.after else None

    def go_to(self, spot: Spot) -> None:
        """Makes a step; a tree that no file could hold is refused."""
        try:
            self._take(self.history.to(spot))
        except SegmentError as error:
            self.notify(str(error), severity="warning", timeout=4, markup=False)

    def _take(self, history: History) -> None:
        self.history = history
        self.tree_changed()

    @on(RowTable.Highlighted, "#tree")
    def _highlighted(self) -> None:
        path = builder_text.path_of(self.lines.key or "", self.spot.tree)
        if path != self.spot.path:
            self.history = self.history.look_at(path)
            self.refresh_bindings()

    def _edit(self, action: str) -> None:
        spot = builder_text.EDITS[action](self.spot)
        if not self.refuses(action) and spot is not None:
            self.go_to(spot)

    def action_negate(self) -> None:
        self._edit("negate")

    def action_turn(self) -> None:
        self._edit("turn")

    def action_group(self) -> None:
        self._edit("group")

    def action_ungroup(self) -> None:
        self._edit("ungroup")

    def action_remove(self) -> None:
        self._edit("remove")

    def action_up(self) -> None:
        self._edit("up")

    def action_down(self) -> None:
        self._edit("down")

    def action_undo(self) -> None:
        if not self.refuses("undo"):
            self._take(self.history.undone())

    def action_redo(self) -> None:
        if not self.refuses("redo"):
            self._take(self.history.redone())

    # What is asked for in a dialog.

    def action_add(self) -> None:
        self.app.push_screen(kinds_dialog(), self._kind_chosen)

    def _kind_chosen(self, kind: str | None) -> None:
        if kind == "group":
            self._add(new_group(self.spot))
        elif kind is not None:
            self._ask(kind, self._add)

    def _add(self, node: Node | None) -> None:
        if node is not None:
            self.go_to(inserted(self.spot, node))

    @on(RowTable.Chosen, "#tree")
    def _change(self) -> None:
        self._ask(self.spot.node, self._changed)

    def _changed(self, node: Node | None) -> None:
        if node is not None:
            self.go_to(replaced(self.spot, node))

    def _ask(self, what: str | Node, answered: Callable[[Node | None], None]) -> None:
        """Asks for a condition of a kind, or for another one in the place of one that is there."""
        form = form_for(what, self.desk, self.names.get, tree=self.spot.tree, edited=self.segment)
        if form is not None:
            self.app.push_screen(form, answered)
        elif isinstance(what, Group):
            self.app.push_screen(groups_dialog(what), partial(self._listed, what, answered))
        else:
            dialog = states_dialog(what.state if isinstance(what, IsIn) else None)
            self.app.push_screen(dialog, partial(self._listed, None, answered))

    @staticmethod
    def _listed(group: Group | None, answered: Callable[[Node | None], None], value: str | None) -> None:
        answered(None if value is None else chosen(value, group))
