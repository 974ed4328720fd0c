"""Which version of a profile stands (rules.md 1): the newest, and after erasure what little remains."""

import json
from dataclasses import dataclass

from smsreport_tui.rules.feed import Profile
from storage.facts import facts, folded_tags
from storage.numbers import number_token

PROFILE_COLUMNS = (
    "known",
    "updated_at",
    "canonical",
    "msisdn",
    "name",
    "name_folded",
    "email",
    "timezone",
    "attributes",
    "tags",
    "sms_consent",
    "number_at",
    "number_tie",
    "consent_tie",
    "facts",
    "tags_folded",
)


@dataclass(slots=True)
class ProfileState:
    """The columns of a profile that its versions set, and its key where it has one."""

    profile_id: int | None = None
    erased: int = 0
    number_id: int | None = None
    known: int = 0
    updated_at: int | None = None
    canonical: bytes | None = None
    msisdn: str | None = None
    name: str | None = None
    name_folded: str | None = None
    email: str | None = None
    timezone: str | None = None
    attributes: str | None = None
    tags: str | None = None
    sms_consent: int = 1
    number_at: int | None = None
    number_tie: bytes | None = None
    consent_tie: int = 1
    facts: str | None = None
    tags_folded: str | None = None

    def row(self) -> tuple[object, ...]:
        """The values of PROFILE_COLUMNS."""
        return tuple(getattr(self, name) for name in PROFILE_COLUMNS)

    def take(self, version: Profile, number_key: bytes) -> bool:
        """Take a version in, newest or not; whether the profile is another one now."""
        number_before = self.msisdn
        self._take_number(version, number_key)
        self._take_consent(version)
        newest = (version.updated_at, version.canonical) > (self.updated_at or -1, self.canonical or b"")
        changed = newest or not self.known
        if self.erased:
            newer = version.updated_at > (self.updated_at or -1)
            self.updated_at = max(version.updated_at, self.updated_at or -1)
            self.sms_consent = self.consent_tie
            return newer
        if changed:
            self._replace(version)
        if changed or self.msisdn != number_before:
            fields = {"name": self.name, "email": self.email, "msisdn": self.msisdn}
            self.facts = facts(json.loads(self.attributes or "{}"), fields)
        return changed

    def _take_number(self, version: Profile, number_key: bytes) -> None:
        if version.msisdn is None or (self.number_at is not None and version.updated_at < self.number_at):
            return
        token = number_token(number_key, version.msisdn)
        if self.number_at is None or version.updated_at > self.number_at:
            self.number_at = version.updated_at
            self.number_tie = token if self.erased else None
            # A newer version that was deleted without a number may stand already.
            if not self.erased:
                self.msisdn = version.msisdn
            return
        known = self.number_tie
        if known is None and self.msisdn is not None:
            known = number_token(number_key, self.msisdn)
        self.number_tie = max(token, known or token)

    def _take_consent(self, version: Profile) -> None:
        consent = int(version.sms_consent)
        if self.updated_at is None or version.updated_at > self.updated_at:
            self.consent_tie = consent
        elif version.updated_at == self.updated_at:
            self.consent_tie = min(consent, self.consent_tie)

    def _replace(self, version: Profile) -> None:
        self.known = 1
        self.updated_at = version.updated_at
        self.canonical = version.canonical
        # A deleted version without a number does not undo that of the newest version that has one.
        self.msisdn = version.msisdn or self.msisdn
        self.name = version.name
        self.name_folded = None if version.name is None else version.name.casefold()
        self.email = version.email
        self.timezone = version.timezone
        self.attributes = json.dumps(version.attributes, ensure_ascii=False) if version.attributes else None
        self.tags = json.dumps(version.tags, ensure_ascii=False) if version.tags else None
        self.sms_consent = int(version.sms_consent)
        self.tags_folded = folded_tags(version.tags)
