"""An operator clears a number of its strikes and refusals (rules.md 5)."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from smsreport_tui.rules.deeds import Action
from smsreport_tui.rules.errors import NotFoundError
from smsreport_tui.rules.text import cell, mask
from storage.audit import record
from storage.numbers import number_token, recount_numbers
from storage.tables import CLEARING, NUMBER


@dataclass(frozen=True, slots=True)
class Cleared:
    """Strikes and refusals that no longer count, and those dated after the clearing, which still do."""

    strikes: int
    refusals: int
    strikes_left: int
    refusals_left: int


def clear_number(connection: Connection, msisdn: str, reason: str, now: int, number_key: bytes) -> Cleared:
    """Record the clearing: marks dated up to `now` no longer count, also those that become known later.

    Raises NotFoundError for a number that the store does not know, or that has no marks.
    """
    token = number_token(number_key, msisdn)
    chosen = select(NUMBER.c.number_id, NUMBER.c.strikes, NUMBER.c.refused).where(NUMBER.c.token == token)
    before = connection.execute(chosen).one_or_none()
    if before is None:
        raise NotFoundError(
            f"No message to {mask(msisdn)} has bounced: write the number with + and its country, "
            "as `smsreport strikes --json` lists it."
        )
    if not before.strikes and not before.refused:
        raise NotFoundError(f"{mask(msisdn)} has no strike and no refusal that counts: there is nothing to clear.")
    values = {"number_id": before.number_id, "at": now, "reason": cell(reason)}
    connection.execute(insert(CLEARING).values(**values))
    recount_numbers(connection, [before.number_id])
    after = connection.execute(chosen).one()
    gone = {"strikes": before.strikes - after.strikes, "refusals": before.refused - after.refused}
    record(connection, now, Action.CLEARED, {"number": mask(msisdn), "token": token.hex(), **gone})
    return Cleared(**gone, strikes_left=after.strikes, refusals_left=after.refused)
