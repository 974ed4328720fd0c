"""What people, and machines before them, do with a message: clicks, page views, replies, opt-outs."""

from dataclasses import dataclass

from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND
from smsreport_tui.simulator.agents import DESKTOPS, PHONES, PREVIEWS
from smsreport_tui.simulator.countries import Country
from smsreport_tui.simulator.hostile import hostile_text
from smsreport_tui.simulator.people import DAY
from smsreport_tui.simulator.scribe import Scribe
from smsreport_tui.simulator.seeds import pick
from smsreport_tui.simulator.texts import REPLIES, STOP_WORDS
from smsreport_tui.simulator.wire import Link


@dataclass(frozen=True)
class Setup:
    """What there is to react to."""

    links: tuple[Link, ...]
    country: Country
    hostile: bool = False


def react(scribe: Scribe, delivered: int, setup: Setup) -> None:
    """What happens after a delivery; most do nothing."""
    luck = scribe.chance()
    if setup.links:
        if luck < 0.05:
            _machine_clicks(scribe, delivered, setup)
        if 0.04 < luck < 0.16:
            _people_clicks(scribe, delivered, setup)
        elif luck > 0.9985:
            # A link of an older text, which this activity does not list.
            click(scribe, delivered + HOUR, Link("old-campaign", "https://shop.example/old"), pick(PHONES, 0.3), setup)
    if 0.16 < luck < 0.165:
        _reply_stop(scribe, delivered, setup)
    elif 0.165 < luck < 0.17:
        text = hostile_text(scribe.number + delivered % 31) if setup.hostile else pick(REPLIES, scribe.chance())
        scribe.tell("replied", delivered + int(scribe.chance() * 3 * HOUR) + MINUTE, text=text)


def click(scribe: Scribe, at: int, link: Link, agent: str | None, setup: Setup) -> None:
    """One click on one link."""
    device = None if agent is None or "Mobile" not in agent else ("iPhone" if "iPhone" in agent else "Android")
    if setup.hostile and at % 7 == 0:
        device = hostile_text(at % 97)
    scribe.tell(
        "clicked",
        at,
        link_id=link.id,
        url=link.url,
        user_agent=agent,
        ip=f"203.0.113.{at % 250 + 1}" if at % 3 else "2001:db8::25",
        country=setup.country.code,
        device=device,
    )


def _machine_clicks(scribe: Scribe, delivered: int, setup: Setup) -> None:
    luck = scribe.chance()
    link = pick(setup.links, scribe.chance())
    if luck < 0.5:
        click(scribe, delivered + int(luck * 3 * SECOND), link, pick(PREVIEWS, luck * 2), setup)
    elif luck < 0.8:
        # A scanner that hides behind a desktop's name, or behind none, is known by its haste alone.
        agent = None if luck < 0.6 else pick(DESKTOPS, (luck - 0.6) * 5)
        click(scribe, delivered + int((luck - 0.5) * 6 * SECOND), link, agent, setup)
    elif luck < 0.9:
        click(scribe, delivered + int(luck * 5 * HOUR), link, pick(PREVIEWS, (luck - 0.8) * 10), setup)
    else:
        # The edges: exactly two seconds, one moment less, and a moment before the delivery.
        shift = pick((2 * SECOND, 2 * SECOND - 1, 0, -1), (luck - 0.9) * 10)
        click(scribe, delivered + shift, link, pick(DESKTOPS, luck), setup)


def _people_clicks(scribe: Scribe, delivered: int, setup: Setup) -> None:
    chance = scribe.chance
    # Now and then the network's receipt is slower than the person.
    at = delivered - 20 * SECOND if chance() < 0.03 else delivered + int(chance() * 30 * SECOND)
    agent = pick(PHONES, chance()) if chance() < 0.88 else pick((*DESKTOPS, None), chance())
    for _ in range(1 + int(chance() ** 3 * 5)):
        at += int(chance() ** 4 * 20 * HOUR) + SECOND
        link = setup.links[0] if chance() < 0.8 else pick(setup.links, chance())
        click(scribe, at, link, agent, setup)
        if chance() < 0.3:
            view_page(scribe, at + 4 * SECOND, setup)
        if len(setup.links) > 1 and link is setup.links[1]:
            scribe.tell("unsubscribed", at + 9 * SECOND)
            return


def _reply_stop(scribe: Scribe, delivered: int, setup: Setup) -> None:
    at = delivered + int(scribe.chance() * 2 * HOUR) + 20 * SECOND
    scribe.tell("replied", at, text=pick((STOP_WORDS[setup.country.language], "STOP"), scribe.chance()))
    scribe.tell("unsubscribed", at + SECOND)
    luck = scribe.chance()
    if luck < 0.25:
        scribe.tell_anywhere("resubscribed", at + int((1 + luck * 8) * DAY))
    elif luck < 0.35:
        scribe.tell("unsubscribed", at + 2 * DAY)


def view_page(scribe: Scribe, at: int, setup: Setup) -> None:
    """One page of the shop seen, which names no activity."""
    title = hostile_text(at % 101) if setup.hostile else f"Shop · {setup.country.cities[0]}"
    page = f"https://shop.example/{setup.country.code.lower()}/item-{at % 400}"
    scribe.tell_anywhere("page_view", at, url=page, title=title, country=setup.country.code, user_agent=PHONES[1])
