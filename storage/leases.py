"""Who does a piece of work now, so that two programs on one store do not do it twice."""

from sqlalchemy import Connection, delete, insert, select

from storage.store import Store
from storage.tables import LEASE


def take_lease(store: Store, name: str, holder: str, microseconds: int) -> bool:
    """Take or keep the lease for so long; False while another holder has it."""
    # Another machine's clock may be minutes from ours, and either may be set meanwhile.
    store.settle_clock()
    now = store.clock.now()

    def take(connection: Connection) -> bool:
        row = connection.execute(select(LEASE).where(LEASE.c.name == name)).one_or_none()
        # One that reaches further ahead than any taken now was dated by a clock that has been set back.
        if row is not None and row.holder != holder and now < row.until <= now + microseconds:
            return False
        book(connection, name, holder, now + microseconds)
        return True

    return store.write(take)


def end_lease(store: Store, name: str, holder: str) -> None:
    """Give the lease back, if it is still this holder's."""
    with store.writing() as connection:
        connection.execute(delete(LEASE).where(LEASE.c.name == name, LEASE.c.holder == holder))


def booked_until(connection: Connection, name: str, holder: str, now: int, most: int) -> int:
    """When what others have booked is over: `now`, or up to `most` microseconds later."""
    row = connection.execute(select(LEASE).where(LEASE.c.name == name)).one_or_none()
    # One that reaches further ahead was dated by a clock that has been set back.
    if row is None or row.holder == holder or not now < row.until <= now + most:
        return now
    return int(row.until)


def book(connection: Connection, name: str, holder: str, until: int) -> None:
    """Have it to oneself until then, after whoever has booked before."""
    connection.execute(delete(LEASE).where(LEASE.c.name == name))
    connection.execute(insert(LEASE).values(name=name, holder=holder, until=until))


def is_leased(connection: Connection, name: str, now: int) -> bool:
    """Whether somebody holds the lease."""
    return connection.scalar(select(LEASE.c.until).where(LEASE.c.name == name, LEASE.c.until > now)) is not None
