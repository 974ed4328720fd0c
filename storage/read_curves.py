"""When an activity's messages arrived and when people first clicked, by the hour since its sending."""

from sqlalchemy import Connection, case, func, select

from smsreport_tui.rules.clock import HOUR
from smsreport_tui.rules.figures import Curves
from storage.read_report import activity_key
from storage.recipient_rows import SLOT, CurveKind
from storage.tables import ACTIVITY, ACTIVITY_CURVE


def read_curves(connection: Connection, gateway_id: str, *, machine_clicks: bool) -> Curves:
    """Deliveries and first clicks; what is dated before the sending stands in the first hour. Raises NotFoundError."""
    key = activity_key(connection, gateway_id)
    begin = _begin(connection, key)
    clicks = CurveKind.FIRST_CLICK_OF_ANY if machine_clicks else CurveKind.FIRST_CLICK
    if begin is None:
        return Curves((), ())
    since = ACTIVITY_CURVE.c.slot * SLOT - begin
    hour = case((since > 0, since // HOUR), else_=0)
    statement = (
        select(ACTIVITY_CURVE.c.kind, hour.label("hour"), func.sum(ACTIVITY_CURVE.c.recipients))
        .where(
            ACTIVITY_CURVE.c.activity_id == key,
            ACTIVITY_CURVE.c.kind.in_([CurveKind.DELIVERED, clicks]),
            ACTIVITY_CURVE.c.recipients > 0,
        )
        .group_by(ACTIVITY_CURVE.c.kind, "hour")
        .order_by("hour")
    )
    hours: dict[int, list[tuple[int, int]]] = {CurveKind.DELIVERED: [], clicks: []}
    for kind, at, recipients in connection.execute(statement):
        hours[kind].append((int(at), int(recipients)))
    return Curves(tuple(hours[CurveKind.DELIVERED]), tuple(hours[clicks]))


def _begin(connection: Connection, key: int) -> int | None:
    """The sending by the gateway, else the first thing that happened."""
    sent_at = connection.scalar(select(ACTIVITY.c.sent_at).where(ACTIVITY.c.activity_id == key))
    if sent_at is None:
        sent_at = connection.scalar(
            select(func.min(ACTIVITY_CURVE.c.slot) * SLOT).where(
                ACTIVITY_CURVE.c.activity_id == key, ACTIVITY_CURVE.c.recipients > 0
            )
        )
    return None if sent_at is None else int(sent_at)
