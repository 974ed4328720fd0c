"""Builds the events of one batch of an activity: two thousand recipients at a time, from the seed alone."""

from dataclasses import dataclass

from smsreport_tui.rules.clock import HOUR, MINUTE
from smsreport_tui.simulator.agents import PHONES
from smsreport_tui.simulator.campaigns import Campaign
from smsreport_tui.simulator.countries import COUNTRIES, MIX
from smsreport_tui.simulator.fates import RETRIED, Fate, Style, first_fate, retry_fate, settle_time, tell_attempt
from smsreport_tui.simulator.people import People, has_left, is_dead, is_erased, profile_id
from smsreport_tui.simulator.reactions import Setup, click, react, view_page
from smsreport_tui.simulator.scribe import Entry, Scribe
from smsreport_tui.simulator.seeds import stream_of

_MOST_RETRIES = 4


@dataclass(frozen=True)
class Batches:
    """Builds batches for one world."""

    seed: int
    people: People

    def build(self, campaign: Campaign, low: int, high: int) -> list[Entry]:
        """The events of one window of people, in the order of telling."""
        entries: list[Entry] = []
        chance = stream_of(self.seed, campaign.place, low).random
        styles = {code: _style(campaign, code) for code in campaign.market.codes}
        setups = {code: Setup(campaign.links, COUNTRIES[code], campaign.hostile) for code in campaign.market.codes}
        for person in campaign.audience(low, high):
            code = MIX[person % len(MIX)]
            at = campaign.begins_at(person)
            # A few receipts of a few people leave out the number.
            number = None if person % 37 == 4 and not is_erased(person) else self.people.number(person, at)
            stem = f"{campaign.id}.{person}"
            scribe = Scribe(entries, chance, stem, profile_id(person), campaign.id, number)
            fate = _fate(campaign, person, chance())
            delivered = self._tell(scribe, campaign, person, fate, at, styles[code])
            if delivered is not None:
                react(scribe, delivered, setups[code])
        if low == 0:
            self._strangers(entries, campaign)
        entries.sort(key=_order)
        return entries

    def site(self, low: int, high: int) -> list[Entry]:
        """What these people did without any activity, before the start: pages seen, leaving, coming back."""
        entries: list[Entry] = []
        chance = stream_of(self.seed, "site", low).random
        start = self.people.start
        tag = f"s{start % 1_000_000_007:x}"
        for person in range(low, high):
            scribe = Scribe(entries, chance, f"{tag}.{person}", profile_id(person))
            if has_left(person):
                scribe.tell("unsubscribed", start - int((300 + chance() * 99) * 24 * HOUR))
            elif person % 43 == 9:
                left = start - int((20 + chance() * 99) * 24 * HOUR)
                scribe.tell("unsubscribed", left)
                scribe.tell("resubscribed", left + int(chance() * 9 * 24 * HOUR) if person % 2 else left)
            if person % 23 == 5:
                setup = Setup((), self.people.country(person), self.people.hostile)
                for _ in range(1 + int(chance() * 4)):
                    view_page(scribe, start - int((0.2 + chance() * 60) * 24 * HOUR), setup)
        entries.sort(key=_order)
        return [entry for entry in entries if entry[0] <= start]

    def live_site(self, place: int) -> list[Entry]:
        """The pages seen in one hour after the start."""
        entries: list[Entry] = []
        chance = stream_of(self.seed, "live site", place).random
        begins = self.people.start + place * HOUR
        for number in range(60):
            person = int(chance() * self.people.size)
            stem = f"w{self.people.start % 1_000_000_007:x}.{place}.{number}"
            scribe = Scribe(entries, chance, stem, profile_id(person))
            setup = Setup((), self.people.country(person), self.people.hostile)
            view_page(scribe, begins + number * MINUTE + int(chance() * MINUTE), setup)
        return entries

    def _tell(self, scribe: Scribe, campaign: Campaign, person: int, fate: Fate, at: int, style: Style) -> int | None:
        """All attempts of one recipient; returns when the message was delivered, if it was."""
        scribe.message = f"m{scribe.stem}-1"
        sent = {"body": _personal(campaign, self.people.name(person), person)} if campaign.personal else {}
        settled = at + settle_time(fate, scribe.chance)
        delivered = tell_attempt(scribe, fate, at, style, settled, **sent)
        if not campaign.is_retried:
            return delivered
        attempt = 2
        while fate in RETRIED and attempt <= 1 + _MOST_RETRIES and scribe.chance() < 0.85:
            at = max(at + HOUR, settled) + int(scribe.chance() * MINUTE)
            fate = retry_fate(scribe.chance())
            settled = at + min(settle_time(fate, scribe.chance), 55 * MINUTE)
            scribe.message = f"m{scribe.stem}-{attempt}"
            delivered = tell_attempt(scribe, fate, at, style, settled, attempt=attempt, **sent)
            attempt += 1
        return delivered

    def _strangers(self, entries: list[Entry], campaign: Campaign) -> None:
        """People whose profile never comes, and one who clicks in an activity that was not sent to them."""
        chance = stream_of(self.seed, campaign.place, "strangers").random
        home = campaign.market.home
        setup = Setup(campaign.links, home, campaign.hostile)
        for number in range(2):
            profile = f"x{campaign.place}-{number}"
            msisdn = f"{home.prefix}9{campaign.place % 100_000:05d}{number}"
            scribe = Scribe(entries, chance, f"{campaign.id}.{profile}", profile, campaign.id, msisdn)
            at = campaign.begins_at(0)
            fate = _fate(campaign, 1, 0.1 if number else 0.91)
            delivered = self._tell(scribe, campaign, 0, fate, at, _style(campaign, home.code))
            if delivered is not None and campaign.links:
                click(scribe, delivered + MINUTE, campaign.links[0], PHONES[0], setup)
        outside = next((one for one in range(campaign.upper) if has_left(one) and not is_erased(one)), None)
        if campaign.links and outside is not None:
            scribe = Scribe(entries, chance, f"{campaign.id}.{outside}", profile_id(outside), campaign.id)
            click(scribe, campaign.begins + HOUR, campaign.links[0], PHONES[0], setup)


def _order(entry: Entry) -> tuple[int, str]:
    return entry[0], entry[1].id


def _fate(campaign: Campaign, person: int, luck: float) -> Fate:
    if campaign.stage == "cancelled" and luck < 0.6:
        return Fate.CANCELLED
    if is_dead(person):
        return Fate.HARD
    return first_fate(luck)


def _personal(campaign: Campaign, name: str, person: int) -> str:
    """The text with the person's name, and links that only they have."""
    body = campaign.body
    for link in campaign.links:
        if link.short_url:
            body = body.replace(link.short_url, f"{link.short_url}-{person:x}")
    return f"{name.split(' ', maxsplit=1)[0]}: {body}"


def _style(campaign: Campaign, code: str) -> Style:
    return Style(
        parts=campaign.parts,
        price=COUNTRIES[code].price,
        by_part=campaign.by_part,
        queued=campaign.place % 3 == 0,
        credits_on=campaign.credits_on,
        vendor=campaign.vendor,
        hostile=campaign.hostile and campaign.place % 2 == 1,
    )
