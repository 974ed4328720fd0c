"""What segments compare of a profile, as JSON in which texts are case folded (rules.md 6)."""

import json
from collections.abc import Iterable, Mapping

from smsreport_tui.rules.segment_tree import FIELDS, Scalar


def facts(attributes: Mapping[str, Scalar], fields: Mapping[str, str | None]) -> str | None:
    """The attributes and, in the place of any that bear their names, the profile's own fields that have a value."""
    found: dict[str, Scalar] = {name: value for name, value in attributes.items() if name not in FIELDS}
    found |= {name: value for name, value in fields.items() if value is not None}
    return _json({name: fold(value) for name, value in found.items()}) if found else None


def folded_tags(tags: Iterable[str]) -> str | None:
    """The tags."""
    found = [tag.casefold() for tag in tags]
    return _json(found) if found else None


def fold(value: Scalar) -> Scalar:
    """The value as it is compared."""
    return value.casefold() if isinstance(value, str) else value


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
