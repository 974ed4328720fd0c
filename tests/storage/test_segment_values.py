"""What is offered while somebody types a condition: names, values and tags that profiles have."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.times import exact_time
from smsreport_tui.services.segment_desk import SegmentDesk
from tests.storage.feeds import START, Item
from tests.storage.stores import new_store, put

pytestmark = pytest.mark.portable

_PEOPLE: tuple[Item, ...] = (
    {"name": "Åsa", "attributes": {"city": "Lund", "club": True, "age": 41}, "tags": ["VIP"]},
    {"name": "Bo", "attributes": {"city": "lomma", "club": False, "age": 4}, "tags": ["vip", "new"]},
    {"name": "Erased", "attributes": {"city": "Lillhagen"}, "tags": ["vile"], "deleted": True},
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SegmentDesk]:
    clock = FixedClock(START)
    people = [
        {"id": f"p{number}", "updated_at": exact_time(START), "msisdn": f"+4670000000{number}"} | person
        for number, person in enumerate(_PEOPLE)
    ]
    with new_store(tmp_path, clock) as store:
        put(store, "profiles", people)
        yield SegmentDesk(store, clock)


def test_names_values_and_tags_of_people_who_are_not_erased(desk: SegmentDesk) -> None:
    assert desk.attributes() == ["name", "email", "msisdn", "age", "city", "club"]
    assert desk.values("city", "L") == ["Lund", "lomma"]
    assert desk.values("name", "å") == ["Åsa"]
    assert desk.values("msisdn", "+467") == ["+46700000000", "+46700000001"]
    assert desk.tags("V") == ["vip"]
    assert desk.values("nobody has it", "") == []


def test_numbers_and_truths_are_offered_as_they_are_written(desk: SegmentDesk) -> None:
    assert desk.values("age", "4") == ["4", "41"]
    assert desk.values("club", "") == ["false", "true"]
    assert desk.values("club", "t") == ["true"]
