"""The two themes of the product, and the colours in which text is written on any theme.

Ours have calm surfaces, one accent, and tones that differ in lightness as well as in hue. A theme of others may hold a
colour that can not be read on its own surfaces, or not in 16 colours: what is written is moved until it can.
"""

from collections.abc import Mapping

from rich.color import ColorSystem
from textual.color import Color
from textual.theme import Theme

_BEHIND = ("background", "surface", "panel")
_READABLE = 4.0
_OFF = 2.6
_STEPS = 20
_WRITTEN: Mapping[str, tuple[str, float]] = {
    "info": ("primary", _READABLE),
    "label": ("secondary", _READABLE),
    "good": ("success", _READABLE),
    "warn": ("warning", _READABLE),
    "bad": ("error", _READABLE),
}
_LABELLED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "button": (("surface", "panel"), ("surface-darken-1", "panel")),
    "primary": (("primary",), ("primary-darken-2",)),
    "warning": (("warning",), ("warning-darken-2",)),
    "error": (("error",), ("error-darken-1",)),
}
"""What lies behind the label of a button of that kind, and what does under the mouse, as Textual paints them."""
_LABEL_READABLE = 4.5
_SOFT = 0.87
_BLACK, _WHITE = Color(0, 0, 0), Color(255, 255, 255)
_ANSI = {
    "info": "ansi_cyan",
    "label": "ansi_default",
    "good": "ansi_green",
    "warn": "ansi_yellow",
    "bad": "ansi_red",
    "quiet": "ansi_default",
    "off": "ansi_bright_black",
}

DARK = Theme(
    name="smsreport-dark",
    primary="#5fb3d9",
    secondary="#8aa4c8",
    accent="#e6b450",
    foreground="#d5dbe3",
    background="#10151c",
    surface="#151b24",
    panel="#1e2733",
    success="#7fc88a",
    warning="#e6b450",
    error="#ef7a85",
    dark=True,
    variables={"border": "#364353", "border-blurred": "#2a3442", "block-cursor-text-style": "none"},
)
LIGHT = Theme(
    name="smsreport-light",
    primary="#0b6e99",
    secondary="#46607f",
    accent="#9a6400",
    foreground="#1d2733",
    background="#f7f8fa",
    surface="#ffffff",
    panel="#e6ebf1",
    success="#1d7a3a",
    warning="#9a6400",
    error="#b3263a",
    dark=False,
    variables={"border": "#b9c4d0", "border-blurred": "#d3dae2", "block-cursor-text-style": "none"},
)


def written_colors(variables: Mapping[str, str]) -> dict[str, str]:
    """The colours of text by name for a theme's CSS variables.

    $info, $label, $good, $warn, $bad, $quiet and $off stand on the theme's surfaces; $on-button, $on-primary,
    $on-warning and $on-error on a button of that kind, with -hover behind the name under the mouse.
    """
    foreground = variables["foreground"]
    if foreground.startswith("ansi"):
        # There a button has no colour of its own behind its label.
        on = {f"on-{kind}{state}": variables.get(kind, foreground) for kind in _LABELLED for state in ("", "-hover")}
        return {**_ANSI, **on}
    text = Color.parse(foreground)
    behind = [Color.parse(variables[name]) for name in _BEHIND]
    found = {name: _moved(Color.parse(variables[of]), text, behind, least) for name, (of, least) in _WRITTEN.items()}
    faint = behind[0].blend(text, 0.45)
    found |= {"quiet": _moved(faint, text, behind, _READABLE), "off": _moved(faint, text, behind, _OFF)}
    for kind, places in _LABELLED.items():
        for state, names in zip(("", "-hover"), places, strict=True):
            found[f"on-{kind}{state}"] = _label([Color.parse(variables[name]) for name in names])
    return {name: color.hex6 for name, color in found.items()}


def contrast(one: Color, other: Color) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def alike_in_16(one: Color, other: Color) -> bool:
    """Whether a terminal of 16 colours paints both the same."""
    return _of_16(one) == _of_16(other)


def _label(behind: list[Color]) -> Color:
    """Black or white, whichever stands out more: softened, as Textual's own labels are, where it can be read so."""

    def least(color: Color) -> float:
        return 0 if any(alike_in_16(color, one) for one in behind) else min(contrast(color, one) for one in behind)

    best = max((_BLACK, _WHITE), key=least)
    soft = behind[0].blend(best, _SOFT)
    return soft if least(soft) >= _LABEL_READABLE else best


def _moved(color: Color, towards: Color, behind: list[Color], least: float) -> Color:
    """The colour, so far towards the theme's text colour that it stands out from all that lies behind it."""
    for step in range(_STEPS):
        moved = color.blend(towards, step / _STEPS)
        if all(contrast(moved, other) >= least and not alike_in_16(moved, other) for other in behind):
            return moved
    return towards


def _of_16(color: Color) -> int | None:
    return color.rich_color.downgrade(ColorSystem.STANDARD).number


def _luminance(color: Color) -> float:
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
