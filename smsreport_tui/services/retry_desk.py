"""The retries as screens and commands see and steer them."""

from dataclasses import replace

import msgspec

from smsreport_tui.gateways.interface import Capabilities
from smsreport_tui.rules.allowed_hours import AllowedHours
from smsreport_tui.rules.attempts import Decision
from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.deeds import Action
from smsreport_tui.rules.errors import DecisionError, GatewayError
from smsreport_tui.rules.retry_figures import (
    PauseFigure,
    Retry,
    RetryBoard,
    RetryState,
    SendingConsent,
)
from smsreport_tui.rules.standing import Standing
from smsreport_tui.services.source import SHOWN_RETRIES
from storage.audit import keyed, record
from storage.mirror import read_sources
from storage.outbox_decisions import decide
from storage.pauses import probe_now, read_pauses
from storage.read_profile import profile_key
from storage.read_retries import count_held, count_queue, price_queue, read_queue, read_yield
from storage.sending_consent import confirm, confirmed_at
from storage.store import Store


class RetryDesk:
    """The RetrySource of a store.

    `gateway` is the address that retries go to, `asks_first` whether sending needs an operator's word.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        gateway: str | None = None,
        hours: AllowedHours | None = None,
        asks_first: bool = False,
    ) -> None:
        self._store = store
        self._clock = clock
        self._gateway = gateway
        self._hours = hours or AllowedHours()
        self._asks_first = asks_first

    def board(self, most: int = SHOWN_RETRIES) -> RetryBoard:
        """The queue by the time each is due."""
        now = self._clock.now()
        source_id, capabilities = self._source()
        with self._store.reading() as connection:
            counts = count_queue(connection, now)
            people, price, unpriced = price_queue(connection, now)
            given = None if source_id is None else confirmed_at(connection, source_id)
            return RetryBoard(
                rows=tuple(self._with_hours(*found, now) for found in read_queue(connection, now, most)),
                waiting=counts[RetryState.WAITING],
                sending=counts[RetryState.SENDING],
                held=counts[RetryState.HELD],
                pauses=tuple(
                    PauseFigure(one.kind, one.reason, one.since, one.probe_at) for one in read_pauses(connection)
                ),
                consent=SendingConsent(self._asks_first, given, people, price, unpriced, _is_single(capabilities)),
                gains=read_yield(connection),
            )

    def all(self) -> list[Retry]:
        """Every retry of the queue."""
        now = self._clock.now()
        with self._store.reading() as connection:
            return [self._with_hours(*found, now) for found in read_queue(connection, now)]

    def of_profile(self, profile_id: str) -> tuple[Retry, ...]:
        """The retries that wait for one person. Raises NotFoundError."""
        now = self._clock.now()
        with self._store.reading() as connection:
            found = read_queue(connection, now, None, profile_key(connection, profile_id))
            return tuple(self._with_hours(*one, now) for one in found)

    def standing(self) -> Standing:
        """The retries at a glance: a few rows, whatever the queue's length."""
        source_id, _ = self._source()
        with self._store.reading() as connection:
            given = source_id is None or confirmed_at(connection, source_id) is not None
            held = count_held(connection, self._clock.now())
            return Standing(held, bool(read_pauses(connection)), self._asks_first and not given)

    def decide(self, activity_id: str, profile_id: str, decision: Decision) -> str:
        """Raises NotFoundError, DecisionError."""
        with self._store.writing() as connection:
            now = self._clock.now()
            said = decide(connection, activity_id, profile_id, decision, now)
            token = keyed(self._store.number_key, b"profile", profile_id)
            details = {"activity": activity_id, "profile": token, "decision": decision.value}
            record(connection, now, Action.DECIDED, details)
            return said

    def confirm(self, *, sending: bool) -> str:
        """Raises GatewayError before the first sync."""
        source_id, _ = self._source()
        if source_id is None:
            raise GatewayError("The store has not been filled from this gateway yet: run `smsreport sync` first.")
        with self._store.writing() as connection:
            confirm(connection, source_id, self._clock.now() if sending else None)
        return "Retries are sent from now on." if sending else "The app's worker sends nothing from now on."

    def probe(self) -> str:
        """Raises DecisionError where nothing is paused."""
        with self._store.writing() as connection:
            if not probe_now(connection, self._clock.now()):
                raise DecisionError("No gateway is paused: there is nothing to ask.")
        return "The next pass asks the gateway whether it takes retries again."

    def _source(self) -> tuple[int | None, Capabilities | None]:
        found = read_sources(self._store).get(self._gateway or "")
        if found is None:
            return None, None
        return found[0], msgspec.json.decode(found[1], type=Capabilities)

    def single_store_gateways(self) -> list[str]:
        """Addresses of gateways by which only one store may send."""
        sources = read_sources(self._store).items()
        return [url for url, (_, able) in sources if _is_single(msgspec.json.decode(able, type=Capabilities))]

    def _with_hours(self, retry: Retry, timezone: str | None, now: int) -> Retry:
        if retry.msisdn is None:
            return retry
        opens = self._hours.opens_at(max(now, retry.due_at), retry.deadline, timezone=timezone, msisdn=retry.msisdn)
        return replace(retry, opens_at=opens)


def _is_single(capabilities: Capabilities | None) -> bool:
    """Whether only one store may send: the feed protocol's keys are sent once, so two stores never send twice."""
    return capabilities is not None and capabilities.send and not (capabilities.find or capabilities.deduplicates)
