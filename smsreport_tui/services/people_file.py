"""Reads a list of people: a CSV file with a column `profile`, `msisdn` or both, as exports of segments have them."""

import csv
import re
from dataclasses import dataclass, field
from pathlib import Path

from smsreport_tui.rules.errors import SmsReportError
from smsreport_tui.rules.text import is_msisdn, shown
from storage.link_people import LinkPeople
from storage.store import Store

_ID = re.compile(r"[A-Za-z0-9_.-]{1,128}")


class PeopleFileError(SmsReportError):
    """The file is no list of people."""


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """Numbers by profile, and numbers alone; `bad` are the lines that name nobody."""

    profiles: dict[str, str | None] = field(default_factory=dict)
    numbers: dict[str, None] = field(default_factory=dict)
    bad: list[int] = field(default_factory=list)


def read_people(path: Path) -> PeopleFile:
    """Everybody once, in the order of the file. Raises PeopleFileError."""
    people = PeopleFile()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            if not {"profile", "msisdn"} & set(rows.fieldnames or ()):
                raise PeopleFileError(
                    f"{shown(str(path))} has neither a column profile nor msisdn: its first line must name its columns."
                )
            for row in rows:
                _take(people, row.get("profile") or "", row.get("msisdn") or "", rows.line_num)
    except (OSError, ValueError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or "it is no CSV file in UTF-8"
        raise PeopleFileError(f"{shown(str(path))} can not be read ({reason}): check the file.") from error
    return people


def people_of(store: Store, file: PeopleFile) -> dict[str, str | None]:
    """Everybody's number by id; whose a number alone is, the store says. Raises StoreError."""
    ids = LinkPeople(store).ids(list(file.numbers)) if file.numbers else {}
    return {**{ids[number]: number for number in file.numbers}, **file.profiles}


def _take(people: PeopleFile, profile: str, msisdn: str, line: int) -> None:
    profile, msisdn = profile.strip(), msisdn.strip()
    if (profile and _ID.fullmatch(profile) is None) or (msisdn and not is_msisdn(msisdn)) or not (profile or msisdn):
        people.bad.append(line)
    elif profile:
        people.profiles[profile] = msisdn or people.profiles.get(profile)
    else:
        people.numbers[msisdn] = None
