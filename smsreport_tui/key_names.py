"""Every key that can be remapped: the id of its binding and its usual keys. A test holds the list to the bindings.

Apart from the bindings themselves, so that the configuration is checked without the libraries of the app.
"""

import re
import string
import unicodedata
from collections.abc import Mapping

USUAL: Mapping[str, str] = {
    "activities.back": "escape",
    "activities.connect": "c",
    "activities.demo": "d",
    "activities.find": "slash",
    "activities.order": "o",
    "activities.retries": "R",
    "activities.segments": "S",
    "activities.sync": "r",
    "activities.turn": "O",
    "app.help": "question_mark,f1",
    "app.interrupt": "ctrl+c",
    "app.mask": "m",
    "app.palette": "ctrl+p",
    "app.quit": "q,ctrl+q",
    "app.reminder": "M",
    "app.retries": "R",
    "app.segments": "S",
    "builder.add": "a",
    "builder.back": "escape",
    "builder.down": "J,shift+down",
    "builder.file": "o",
    "builder.group": "A",
    "builder.negate": "exclamation_mark",
    "builder.redo": "ctrl+r",
    "builder.remind": "M",
    "builder.remove": "x,delete",
    "builder.save": "w,ctrl+s",
    "builder.turn": "t,space",
    "builder.undo": "u",
    "builder.ungroup": "X",
    "builder.up": "K,shift+up",
    "checks.before": "left,h",
    "checks.next": "right,l",
    "checks.switch": "space",
    "choice.before": "left,h",
    "choice.next": "right,l",
    "choice.turn": "space",
    "chooser.cancel": "escape",
    "compare.close": "escape,enter,equals_sign,q",
    "confirm.before": "shift+tab,left,h",
    "confirm.next": "tab,right,l",
    "confirm.no": "escape",
    "connect.before": "shift+tab,up",
    "connect.cancel": "escape",
    "connect.next": "tab,down",
    "details.down": "down,j",
    "details.end": "end,G",
    "details.page_down": "pagedown",
    "details.page_up": "pageup",
    "details.start": "home,g",
    "details.up": "up,k",
    "erase.before": "shift+tab",
    "erase.cancel": "escape",
    "erase.next": "tab",
    "export.copy": "y",
    "figures.copy": "y",
    "figures.down": "down,j",
    "figures.left": "left,h",
    "figures.right": "right,l",
    "figures.up": "up,k",
    "find.end": "escape",
    "find.list": "enter,down",
    "form.before": "shift+tab,up",
    "form.cancel": "escape",
    "form.go": "enter",
    "form.next": "tab,down",
    "help.close": "escape,question_mark,f1,q,enter",
    "list.copy": "y",
    "list.copy_row": "Y",
    "list.down": "down,j",
    "list.first": "home,g",
    "list.last": "end,G",
    "list.left": "left,h",
    "list.open": "enter",
    "list.page_down": "pagedown",
    "list.page_up": "pageup",
    "list.right": "right,l",
    "list.up": "up,k",
    "members.back": "escape",
    "members.export": "e",
    "members.mask": "m",
    "members.push": "greater_than_sign",
    "members.remind": "M",
    "members.sync": "r",
    "offers.down": "down",
    "offers.up": "up",
    "overview.down": "down,j",
    "overview.end": "end,G",
    "overview.open": "enter",
    "overview.page_down": "pagedown",
    "overview.page_up": "pageup",
    "overview.start": "home,g",
    "overview.up": "up,k",
    "profile.back": "escape",
    "profile.details": "1",
    "profile.erase": "D",
    "profile.mask": "m",
    "profile.response": "2",
    "profile.sync": "r",
    "profile.timeline": "4",
    "profile.website": "3",
    "profile.why": "w",
    "reminder.back": "escape",
    "reminder.exclude": "x",
    "reminder.include": "i",
    "reminder.send": "ctrl+s",
    "report.back": "escape",
    "report.curves": "c",
    "report.export": "e",
    "report.find": "slash",
    "report.machines": "b",
    "report.segment": "s",
    "report.settings": "o",
    "report.sync": "r",
    "report.tab_bounces": "5",
    "report.tab_clicks": "3",
    "report.tab_delivered": "2",
    "report.tab_links": "4",
    "report.tab_sent": "1",
    "report.tab_unsubscribe": "6",
    "retries.back": "escape",
    "retries.consent": "c",
    "retries.drop": "D",
    "retries.hold": "H",
    "retries.probe": "p",
    "retries.send": "s",
    "retries.sync": "r",
    "screen.before": "shift+tab",
    "screen.next": "tab",
    "segments.back": "escape",
    "segments.compare": "equals_sign",
    "segments.delete": "D",
    "segments.duplicate": "d",
    "segments.export": "e",
    "segments.find": "slash",
    "segments.freeze": "f",
    "segments.new": "n",
    "segments.people": "p",
    "segments.push": "greater_than_sign",
    "segments.remind": "M",
    "segments.rename": "N",
    "segments.sync": "r",
    "tabs.down": "down,j",
    "tabs.enter": "right,l,enter",
    "tabs.first": "home,g",
    "tabs.last": "end,G",
    "tabs.up": "up,k",
    "tree.edit": "enter",
    "tree.out": "left,h",
    "why.close": "escape,enter,w,q",
}
_NAMED = {
    *("enter", "escape", "tab", "space", "backspace", "delete", "insert", "home", "end", "pageup", "pagedown"),
    *("up", "down", "left", "right", *(f"f{number}" for number in range(1, 25))),
}
_ODD_NAMES = {
    "-": "minus",
    "+": "plus",
    ".": "full_stop",
    "_": "underscore",
    "/": "slash",
    "\\": "backslash",
    "@": "at",
}
SIGNS: Mapping[str, str] = {
    sign: _ODD_NAMES.get(sign) or unicodedata.name(sign).lower().replace("-", "_").replace(" ", "_")
    for sign in string.punctuation
}
_MODIFIERS = re.compile(r"(?:(?:ctrl|alt|shift|super|meta|hyper)\+)*")


def read_keys(value: object) -> dict[str, str]:
    """Keys by the id of a binding, as Textual takes them, from a table of the configuration.

    Keys stand in one text with commas between. Raises ValueError with what is wanted instead.
    """
    found: dict[str, str] = {}
    for name, keys in _flat(value).items():
        if name not in USUAL:
            raise ValueError(f"a table of known ids, and {name[:60]!r} is none: the README's table of keys lists them")
        if not isinstance(keys, str) or not keys.strip():
            raise ValueError(f'a table of texts such as "ctrl+e", and that of {name} is none')
        found[name] = ",".join(_key(name, key.strip()) for key in keys.split(","))
    _refuse_clashes(found)
    return found


def _flat(value: object, prefix: str = "") -> dict[str, object]:
    """report.export = "x" is a table in a table to TOML, and means the same as "report.export" = "x"."""
    if not isinstance(value, dict):
        raise ValueError('a table: [keys], then lines such as "report.export" = "x"')
    flat: dict[str, object] = {}
    for name, inner in value.items():
        flat |= _flat(inner, f"{prefix}{name}.") if isinstance(inner, dict) else {f"{prefix}{name}": inner}
    return flat


def _key(name: str, key: str) -> str:
    modifiers = _MODIFIERS.match(key)
    start = modifiers.end() if modifiers else 0
    base = SIGNS.get(key[start:], key[start:])
    if base in _NAMED or base in SIGNS.values() or (len(base) == 1 and base.isprintable() and not base.isspace()):
        return key[:start] + base
    raise ValueError(f"a table of keys, and {key[:20]!r} of {name} is no key: write it as f5, ctrl+e, slash or x")


def _refuse_clashes(changed: Mapping[str, str]) -> None:
    taken: dict[tuple[str, str], str] = {}
    for name, usual in USUAL.items():
        place = name.partition(".")[0]
        for key in changed.get(name, usual).split(","):
            other = taken.setdefault((place, key), name)
            if other != name and (name in changed or other in changed):
                raise ValueError(f"a table without clashes, and {other} and {name} are both on {key}")
