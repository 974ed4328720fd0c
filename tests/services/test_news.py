"""News of the store wait for a pause in the typing, and not for long."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from smsreport_tui.services.news import AFTER_A_KEY, LATEST_SECONDS, OLD_SECONDS, PAUSE_SECONDS, News

SHORT = 0.002


@dataclass
class Desk:
    """Seconds on a clock, and when somebody typed last."""

    at: float = 100.0
    typed_at: float = 0.0

    def quiet(self) -> float:
        return self.at - self.typed_at

    def seconds(self) -> float:
        return self.at


def news_at(desk: Desk) -> News:
    return News(desk.quiet, desk.seconds)


def test_are_told_at_once_where_nobody_types() -> None:
    news = news_at(Desk())
    news.came()
    assert news.seconds_to_wait() == 0


@given(st.lists(st.floats(0.01, PAUSE_SECONDS * 2), max_size=40))
def test_wait_for_a_pause_and_never_longer_than_the_longest_time(gaps: list[float]) -> None:
    desk = Desk(typed_at=100.0)
    news = news_at(desk)
    news.came()
    keys = [100.0]
    for gap in gaps:
        keys.append(keys[-1] + gap)
    while wait := news.seconds_to_wait():
        desk.at += wait
        desk.typed_at = max(key for key in keys if key <= desk.at)
    in_a_pause = desk.quiet() >= PAUSE_SECONDS - SHORT
    after_a_key = AFTER_A_KEY[0] <= desk.quiet() <= AFTER_A_KEY[1] and desk.at >= 100.0 + OLD_SECONDS - SHORT
    assert in_a_pause or after_a_key or desk.at >= 100.0 + LATEST_SECONDS - SHORT
    assert desk.at <= 100.0 + LATEST_SECONDS + SHORT


def test_the_longest_time_counts_from_the_first() -> None:
    desk = Desk(typed_at=100.0)
    news = news_at(desk)
    news.came()
    desk.at = desk.typed_at = 100.0 + LATEST_SECONDS - 0.1
    news.came()
    assert 0 < news.seconds_to_wait() <= 0.1 + SHORT


def test_none_that_wait_are_waited_for_no_longer() -> None:
    desk = Desk(typed_at=100.0)
    news = news_at(desk)
    news.came()
    assert news.seconds_to_wait() > 0
    news.told()
    assert news.seconds_to_wait() == 0


def test_old_ones_are_told_right_after_a_key() -> None:
    desk = Desk(typed_at=100.0)
    news = news_at(desk)
    news.came()
    desk.at = 100.0 + OLD_SECONDS + 0.1
    desk.typed_at = desk.at - AFTER_A_KEY[0] / 2
    assert news.seconds_to_wait() > 0
    desk.at += AFTER_A_KEY[0]
    assert news.seconds_to_wait() == 0
