"""The last guard before the terminal: no control or direction-changing character leaves in a painted line.

Text is cleaned where it enters a widget; this filter stands behind every widget, the framework's own too.
"""

import re

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

UNFIT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\U000e0000-\U000e007f]"
)


class ControlGuard(LineFilter):
    """Takes unfit characters out of every segment without changing the width of its line."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The same segments, those with unfit characters cleaned."""
        if not any(UNFIT.search(segment.text) for segment in segments):
            return segments
        return [Segment(UNFIT.sub(_mark, segment.text), segment.style, segment.control) for segment in segments]


def _mark(match: re.Match[str]) -> str:
    return "\N{REPLACEMENT CHARACTER}" * cell_len(match.group())
