"""Who people are by rules.md 1, 4 and 5: their newest version, whether they left, and their numbers' strikes."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from smsreport_tui.rules.times import exact_time, parse_time
from smsreport_tui.simulator.truth_recipient import Recipient, Told
from smsreport_tui.simulator.wire import ProfileItem

Recipients = Mapping[str, Mapping[str, Recipient]]


class People:
    """Everybody that the feed has told of."""

    def __init__(self) -> None:
        self.newest: dict[str, ProfileItem] = {}
        self.numbers: dict[str, str] = {}
        self.erased: set[str] = set()
        self.opted_out: set[str] = set()
        self.struck: dict[str, set[str]] = defaultdict(set)
        self.refused: set[str] = set()

    def is_erased(self, profile: str) -> bool:
        return profile in self.erased

    def details(self, profile: str, one: Recipient) -> tuple[str | None, str | None, str | None]:
        """Name, number and e-mail as a list shows them."""
        if profile in self.erased:
            return None, None, None
        known = self.newest.get(profile)
        if known is not None:
            return known.name, self.numbers[profile], known.email
        told = [said for said in one.told if said.item.msisdn is not None]
        newest = max(told, key=lambda said: said.order, default=None)
        return None, newest.item.msisdn if newest else None, None

    def number_of(self, profile: str, said: Told) -> str | None:
        """The number that a message went to."""
        return said.item.msisdn or self.numbers.get(profile)

    def strikes(self, number: str | None) -> int:
        return len(self.struck.get(number or "", ()))

    def may_be_sent_to(self, profile: str, one: Recipient) -> bool:
        """Known, not erased, not opted out, and the number not suppressed."""
        if profile not in self.newest or profile in self.erased or profile in self.opted_out:
            return False
        number = self.number_of(profile, one.deciding())
        return self.strikes(number) < 3 and number not in self.refused


def known_people(profiles: Iterable[ProfileItem], anywhere: Iterable[Told], recipients: Recipients) -> People:
    """Everybody, from all versions told, all comings and goings, and all receipts."""
    people = People()
    versions = sorted(profiles, key=lambda item: (parse_time(item.updated_at), _canonical(item)))
    for version in versions:
        people.newest[version.id] = version
        if version.msisdn is not None:
            people.numbers[version.id] = version.msisdn
        if version.deleted:
            people.erased.add(version.id)
    last: dict[str, tuple[int, bool]] = {}
    for told in anywhere:
        place = (told.at, told.item.kind == "unsubscribed")
        last[told.item.profile_id] = max(place, last.get(told.item.profile_id, (0, False)))
    people.opted_out = {profile for profile, (_, left) in last.items() if left}
    people.opted_out |= {version.id for version in people.newest.values() if version.sms_consent is False}
    for activity, some in recipients.items():
        for profile, one in some.items():
            for said in one.told:
                number = people.number_of(profile, said)
                if said.outcome == "optout" and number is not None:
                    people.refused.add(number)
            if one.outcome == "hard":
                number = people.number_of(profile, one.deciding())
                if number is not None:
                    people.struck[number].add(activity)
    return people


def _canonical(item: ProfileItem) -> bytes:
    """The canonical JSON of rules.md 1: keys sorted, no blanks, defaults and nulls left out, times as instants."""
    fields: dict[str, Any] = {name: msgspec.to_builtins(getattr(item, name)) for name in item.__struct_fields__}
    fields["updated_at"] = exact_time(parse_time(item.updated_at))
    defaults = {"sms_consent": True, "deleted": False}
    plain = {
        name: value
        for name, value in fields.items()
        if value is not None and value not in ([], {}) and value != defaults.get(name)
    }
    for name, value in plain.get("attributes", {}).items():
        if isinstance(value, float) and value.is_integer():
            plain["attributes"][name] = int(value)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).replace("\0", "\ufffd").encode()
