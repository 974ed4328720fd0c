"""The two themes of the product: calm surfaces, one accent, and tones that differ in lightness as well as in hue."""

from textual.theme import Theme

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
