"""What PostgreSQL says, as sentences that say what to do."""

_BY_STATE = {
    "42501": "The store {} does not let this role do that: give another role, or have it granted.",
    "40001": "The store {} is busy: other programs keep changing what this one changes. Try again in a moment.",
    "40P01": "The store {} is busy: other programs keep changing what this one changes. Try again in a moment.",
    "25006": "The store {} can only be read there: give the address of the server that takes writes.",
    "53100": "The disk of the server of the store {} is full: make room there and try again; nothing stored is lost.",
    "53300": "The server of the store {} has no connection left: try again in a moment, or raise max_connections.",
    "55P03": "The store {} is busy: another program is writing to it for long. Try again in a moment.",
    "57P03": "The server of the store {} is starting or stopping: try again in a moment.",
    "XX001": "The store {} is damaged: restore the server's own backup.",
    "XX002": "An index of the store {} is damaged: have it made anew on the server with REINDEX.",
    "42P01": "The store {} lacks a table: its schema is no SMS Report store, or was changed by hand.",
}
_BY_CLASS = {
    "08": "The connection to the store {} broke: see that the server runs, and try again.",
    "57": "The server of the store {} has ended the connection: try again in a moment.",
}
# Who is refused at the door is told by a message alone.
_BY_WORDS = {
    "does not exist": "The server of the store {} knows no such database or role ({}): check the address.",
    "password": "The server of the store {} takes no such role or password ({}): check the address or ~/.pgpass.",
    "authentication failed": "The server of the store {} does not let this role in ({}): check the address.",
    "no pg_hba.conf entry": "The server of the store {} lets this role in from elsewhere alone ({}): have it allowed.",
    "starting up": "The server of the store {} is starting ({}): try again in a moment.",
    "shutting down": "The server of the store {} is stopping ({}): try again in a moment.",
    "too many": "The server of the store {} has no connection left ({}): try again in a moment.",
    "resolve": "The server of the store {} is not known by that name ({}): check the address.",
    "translate host": "The server of the store {} is not known by that name ({}): check the address.",
    "timeout": "The server of the store {} does not answer ({}): check address and network.",
    "Connection refused": "No server answers at the store {} ({}): see that it runs, and check the address.",
    "No such file": "No server answers at the store {} ({}): see that it runs, and check the address.",
    "closed": "The connection to the store {} broke ({}): see that the server runs, and try again.",
    "terminat": "The connection to the store {} broke ({}): see that the server runs, and try again.",
}


_PASSING_CLASSES = ("08", "40", "53", "57")
"""Broken connections, what was undone for others, a server without room, one that starts or ends."""
_PASSING = ("25006", "25P03", "25P04", "55P03")
"""One that became a replica's, transactions that took too long, a lock that others held."""
_LASTING = ("57014", "57P04")
"""What is cancelled by a limit of the role's would be again; the database was dropped."""
_REFUSED = (
    *(
        "does not exist",
        "password",
        "authentication failed",
        "no pg_hba.conf entry",
        "not permitted",
        "permission denied",
    ),
    *("no such database", "certificate"),
)


def may_pass(error: BaseException) -> bool:
    """Whether what kept the server from serving may be over in a while, by its state or its words."""
    state = str(getattr(error, "sqlstate", None) or "")
    # What fails before a server has answered has no state.
    if state:
        return state not in _LASTING and (state in _PASSING or state[:2] in _PASSING_CLASSES)
    return not any(words in str(error) for words in _REFUSED)


def sentence(place: str, error: BaseException) -> str:
    """By the state that the server gives with its error, else by its words, which may be in another language."""
    state = str(getattr(error, "sqlstate", None) or "")
    known = _BY_STATE.get(state) or _BY_CLASS.get(state[:2])
    if known is not None:
        return known.format(place)
    reason = " ".join(str(error).split())
    for part, words in _BY_WORDS.items():
        if part in reason:
            return words.format(place, reason)
    return f"The store {place} could not be used ({reason or type(error).__name__}): run `smsreport doctor`."
