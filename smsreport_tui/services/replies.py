"""Replies for the operator: what people have answered, and the word on those that come near an opt-out."""

from smsreport_tui.rules.reply_figures import ReplyDecision, ReplyPage
from storage.ingest_events import EventRules
from storage.near_miss_decisions import decide_reply
from storage.read_replies import read_replies
from storage.store import Store


def replies(store: Store, most: int | None, *, near_misses: bool) -> ReplyPage:
    """The newest replies, at most so many, or all; or only those that wait for a word. Raises StoreError."""
    with store.reading() as connection:
        return read_replies(connection, most, near_misses=near_misses)


def decide(store: Store, event: str, decision: ReplyDecision) -> str:
    """What then holds, as a sentence. Raises NotFoundError, DecisionError."""
    with store.writing() as connection:
        # What an operator says of a person comes from no gateway.
        rules = EventRules(0, None, store.outcomes_for(connection), store.number_key, store.clock.now())
        return decide_reply(connection, event, decision, rules)
