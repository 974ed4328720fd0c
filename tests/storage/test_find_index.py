"""By the index of a find the same people are found as by reading all profiles, and an erased one leaves it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from smsreport_tui.rules.clock import HOUR, FixedClock
from smsreport_tui.rules.columns import Tab
from smsreport_tui.services.erasure import forget
from smsreport_tui.services.reports import Reports
from storage import find_index
from storage.find_candidates import candidates
from storage.find_index import INDEX, is_indexed
from storage.revision import KNOWN
from storage.store import Store, open_store
from tests.storage.feeds import START, Item
from tests.storage.stores import new_store, put, wrong_books
from tests.storage.test_bounces import SOFT, bounce
from tests.storage.test_erasure import EVENTS, bytes_of, person
from tests.storage.test_migrations import released

pytestmark = pytest.mark.sqlite

CLOCK = FixedClock(START + 2 * HOUR)
# Letters that fold to others, to more, and with a neighbour alone; what SQL, LIKE and FTS5 read as their own.
_ODD = "aAbnN oåÅäÄ\u0301\u0308ßſﬁﬃİıΣςǅ漢字ｱ😀👩\u200d\ufffd\ufffe\U0010ffff\ud7ff%_/\\'\"*()^:+-{}0123 \t\n"
_names = st.text(st.sampled_from(_ODD), max_size=9) | st.sampled_from(["Anna Ek", "ANNA-KARIN", "Bo_50%", "O'Hara"])
_numbers = st.integers(0, 60).map(lambda last: f"+467012{last * 977:05d}")
_versions = st.tuples(
    st.integers(0, 7), st.integers(0, 9), _names | st.none(), _numbers, st.sampled_from([0] * 9 + [1])
)


@pytest.fixture(autouse=True)
def able(store: Store) -> None:
    with store.reading() as connection:
        if not is_indexed(connection):
            pytest.skip("this SQLite can not keep the index")


@contextmanager
def by_reading() -> Iterator[None]:
    with patch("storage.lists.candidates", return_value=None):
        yield


def _profile(one: int, minute: int, name: str | None, number: str, gone: int) -> Item:
    said = {"id": f"p{one}", "updated_at": f"2026-03-02T09:0{minute}:00Z", "name": name, "msisdn": number}
    return {**said, "deleted": True} if gone else said


def _part_of(text: str) -> st.SearchStrategy[str]:
    cut = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(lambda ends: text[min(ends) : max(ends)])
    return st.one_of(cut, cut.map(str.upper), cut.map(str.casefold), st.just(text))


# Shrinking takes minutes, as in test_any_order.
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(data=st.data(), pages=st.lists(st.lists(_versions, min_size=1, max_size=9), min_size=1, max_size=4))
def test_the_same_people_are_found_by_the_index_as_by_reading(
    data: st.DataObject, pages: list[list[tuple[int, int, str | None, str, int]]]
) -> None:
    with tempfile.TemporaryDirectory() as folder, new_store(Path(folder), CLOCK) as store:
        bounces = [bounce("A", SOFT, profile=f"p{one}", msisdn=f"+4670129991{one}") for one in range(9)]
        put(store, "events", bounces[::2])
        for page in pages:
            put(store, "profiles", [_profile(*version) for version in page])
        put(store, "events", bounces[1::2])
        assert wrong_books(store) == []
        reports = Reports(store, CLOCK)
        texts = [text for page in pages for version in page for text in (version[2], version[3]) if text]
        parts = st.sampled_from([*texts, "+46701299913"]).flatmap(_part_of)
        for text in data.draw(st.lists(parts | _names, min_size=4, max_size=9)):
            for tab in (Tab.SENT, Tab.BOUNCES):
                found = reports.tab("A", tab, find=text)
                with by_reading():
                    assert reports.tab("A", tab, find=text) == found


@pytest.mark.parametrize("text", ["50%", "ek", "\0", "\ud800na"])
def test_what_the_index_can_not_tell_is_left_to_reading(store: Store, text: str) -> None:
    with store.reading() as connection:
        assert (candidates(connection, 1, Tab.SENT, text) is None) == (text != "50%")


def test_where_it_names_many_all_are_read_and_the_same_found(
    store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "profiles", [_profile(one, 1, f"Anna {one}", f"+4670123456{one}", 0) for one in range(5)])
    put(store, "events", [bounce("A", SOFT, profile=f"p{one}") for one in range(7)])
    few = Reports(store, clock).tab("A", Tab.SENT, find="anna")
    monkeypatch.setattr("storage.find_candidates._FEW", 3)
    with store.reading() as connection:
        assert candidates(connection, 1, Tab.SENT, "anna") is None
    assert Reports(store, clock).tab("A", Tab.SENT, find="anna") == few
    assert few.total == 5


def test_an_export_of_who_is_found_goes_by_the_index_too(
    store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.lists.BATCH", 2)
    put(store, "profiles", [_profile(one, 1, f"Anna {one}", f"+4670123456{one}", 0) for one in range(5)])
    put(store, "events", [bounce("A", SOFT, profile=f"p{one}") for one in range(7)])
    with Reports(store, clock).rows("A", Tab.BOUNCES, find="nna") as rows:
        found = [row[0] for batch in rows.batches for row in batch]
    assert (found, rows.total) == (["p0", "p1", "p2", "p3", "p4"], 5)


def _kept(store: Store) -> bytes:
    with store.reading() as connection:
        return b"".join(connection.exec_driver_sql(f"SELECT block FROM {INDEX}_data").scalars())


_PIECES = [b"quu", b"uux", b"zap", b"hod", b"567"]


@pytest.mark.parametrize("by_gateway", [False, True])
def test_no_piece_of_an_erased_name_or_number_stays_in_the_index(
    store: Store, tmp_path: Path, clock: FixedClock, by_gateway: bool
) -> None:
    others = [_profile(one, 1, f"Anna Zoe {one}", f"+4670700000{one}", 0) for one in range(5, 9)]
    put(store, "profiles", others)
    put(store, "profiles", [person()])
    put(store, "events", EVENTS)
    assert [piece for piece in _PIECES if piece not in _kept(store)] == []

    if by_gateway:
        put(store, "profiles", [person(deleted=True)])
        store.truncate_log()
    else:
        forget(store, "p1")

    everywhere = bytes_of(tmp_path)
    assert [piece for piece in _PIECES if piece in _kept(store)] == []
    assert [piece for piece in (b"quu", b"uux") if piece in everywhere] == []
    assert wrong_books(store) == []
    assert Reports(store, clock).tab("A", Tab.SENT, find="quux").total == 0


def test_a_backup_is_reached_in_its_index_too(store: Store, tmp_path: Path) -> None:
    put(store, "profiles", [person()])
    copies = tmp_path / "copies"
    copies.mkdir()
    store.back_up(copies / "copy.db")
    assert b"quu" in bytes_of(copies)
    forget(store, "p1")
    assert [piece for piece in (b"quu", b"uux") if piece in bytes_of(copies)] == []


def test_another_sqlite_empties_the_index_and_the_next_that_can_fills_it(
    store: Store, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "profiles", [person(), _profile(2, 1, "Anna Ek", "+46701112233", 0)])
    put(store, "events", [*EVENTS, bounce("A", SOFT, profile="p2")])
    store.close()

    with monkeypatch.context() as patched, open_store(str(store.path), clock, writable=False) as read:
        patched.setattr(find_index, "_FIRST_FIT", (99, 0, 0))
        assert Reports(read, clock).tab("A", Tab.SENT, find="quux").total == 1
        with open_store(str(store.path), clock, writable=True) as unable:
            with unable.reading() as connection:
                assert not is_indexed(connection)
            put(unable, "profiles", [_profile(3, 1, "Cecilia Å", "+46709998877", 0)])
            forget(unable, "p1")
            assert [piece for piece in (b"quu", b"uux") if piece in bytes_of(tmp_path)] == []
            assert Reports(unable, clock).tab("A", Tab.SENT, find="anna").total == 1

    with open_store(str(store.path), clock, writable=True) as again:
        with again.reading() as connection:
            assert is_indexed(connection)
        assert wrong_books(again) == []
        assert again.damage() is None
        assert Reports(again, clock).tab("A", Tab.SENT, find="anna").total == 1


@pytest.mark.parametrize("name", KNOWN)
def test_a_store_of_every_released_schema_is_indexed(name: str, tmp_path: Path, clock: FixedClock) -> None:
    folder = tmp_path / "older"
    folder.mkdir()
    with open_store(str(released(folder, name)), clock, writable=True) as opened:
        with opened.reading() as connection:
            assert candidates(connection, 1, Tab.SENT, "quux") == [1]
        assert [row.key for row in Reports(opened, clock).tab("A", Tab.SENT, find="aphod q").rows] == ["p1"]
        assert wrong_books(opened) == []
