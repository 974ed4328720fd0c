"""What a person is called where there may be no name."""

import pytest

from smsreport_tui.rules.persons import called


@pytest.mark.parametrize(
    ("name", "profile", "expected"),
    [("Anna", "p1", "Anna"), ("Anna", "tel-20b9", "Anna"), (None, "p1", "p1"), ("", "tel-20b9", "no name")],
)
def test_the_name_else_the_id_else_that_there_is_none(name: str | None, profile: str, expected: str) -> None:
    assert called(name, profile) == expected
