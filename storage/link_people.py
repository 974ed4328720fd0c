"""Who may be given a short link: people by their ids, or by the numbers of a list (rules.md 6, lists for sending)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import case, select

from storage.numbers import SUPPRESSED, number_token
from storage.people_book import PeopleBook
from storage.segment_sql import is_suppressed
from storage.store import Store
from storage.tables import NUMBER, PROFILE, chunks

STEPS = ("opted_out", "suppressed", "erased")
"""Why somebody is left out; each person in the first that holds."""


@dataclass(frozen=True, slots=True)
class Reachable:
    """Who may be sent to, with the number of each where one is known, and how many are left out by each step."""

    numbers: Mapping[str, str | None]
    left_out: Mapping[str, int]


class LinkPeople:
    """Looks people of a list up in a store. Raises StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def ids(self, numbers: Sequence[str]) -> dict[str, str]:
        """By number (E.164) whose it is; somebody whom the store does not know gets the id of a number (PeopleBook)."""
        wanted, book = set(numbers), PeopleBook(self._store)
        statement = select(PROFILE.c.gateway_id, PROFILE.c.msisdn).where(PROFILE.c.msisdn.is_not(None))
        found: dict[str, str] = {}
        with self._store.reading() as connection:
            # Numbers have no index: one reading of all is quicker than one for each piece of a long list.
            for profile, number in connection.execute(statement.order_by(PROFILE.c.gateway_id)):
                if number in wanted:
                    found.setdefault(number, profile)
        return {number: found.get(number) or book.profile_id(number) for number in wanted}

    def reachable(self, people: Mapping[str, str | None]) -> Reachable:
        """Those of these people, by id and number, who may be sent to; a number that the store knows goes first."""
        numbers: dict[str, str | None] = {}
        left_out = dict.fromkeys(STEPS, 0)
        person = PROFILE.alias()
        steps = case(
            (person.c.opted_out == 1, STEPS[0]), (is_suppressed(person), STEPS[1]), (person.c.erased == 1, STEPS[2])
        )
        known: dict[str, tuple[str | None, str | None]] = {}
        with self._store.reading() as connection:
            for some in chunks(list(people)):
                chosen = select(person.c.gateway_id, person.c.msisdn, steps).where(person.c.gateway_id.in_(some))
                known.update({str(one): (number, step) for one, number, step in connection.execute(chosen)})
            erased = select(NUMBER.c.token).join(PROFILE, PROFILE.c.number_id == NUMBER.c.number_id)
            forgotten = set(connection.scalars(erased.where(PROFILE.c.erased == 1)))
            suppressed = set(connection.scalars(select(NUMBER.c.token).where(SUPPRESSED)))
        for profile, listed in people.items():
            number, step = known.get(profile, (None, None))
            if step is None and number is None and listed is not None:
                token = number_token(self._store.number_key, listed)
                step = STEPS[1] if token in suppressed else STEPS[2] if token in forgotten else None
            if step is None:
                numbers[profile] = number or listed
            else:
                left_out[step] += 1
        return Reachable(numbers, left_out)
