"""Text that is valid and means harm: what a reader must show, export and keep without being moved by it."""

TEXTS: tuple[str, ...] = (
    "[/] [/bold] [red on]unclosed [@click=app.quit]x[/]",
    "\x1b[2J\x1b[31mred\x1b[0m \x9b31m",
    "\x1b]52;c;cm0gLXJmIC8=\x07 clipboard",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "abc\u202egpj.exe\u202c \u2066iso\u2069",
    "nul\x00inside",
    '=HYPERLINK("https://evil.example","click")',
    "+1+cmd|'/C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "👩‍👩‍👧‍👦 🇸🇪 e\u0301 z\u0335\u0336\u0337algo",
    "line one\nline two\r\nline three",
    "zero\u200bwidth\ufeff \u2028separator\u2029 \ufffe\uffff",
    "'; DROP TABLE recipient; -- \" , ; \\",
    "A" * 480,
)


def hostile_text(place: int, limit: int = 500) -> str:
    """The text for a place in the world, cut to what the field allows."""
    return TEXTS[place % len(TEXTS)][:limit]


def endless_body() -> str:
    """As long as a body may be, of every kind of harm."""
    whole = "\n".join(TEXTS)
    return (whole * (10_000 // len(whole) + 1))[:10_000]
