"""A demo that the stories of one size share, because to fill its store takes seconds; each story begins at home.

By default its store is a file; the long tests tell the stories on a wide screen too, and on PostgreSQL.
"""

from collections.abc import Iterator

import pytest

from tests.e2e.stories import go_home, is_home
from tests.e2e.terminal import Terminal, terminal
from tests.storage.postgres import server

SMALL, LARGE, POSTGRES = (
    pytest.param((80, 24, None), id="80x24", marks=pytest.mark.xdist_group("80x24")),
    pytest.param((200, 60, None), id="200x60", marks=[pytest.mark.xdist_group("200x60"), pytest.mark.slow]),
    pytest.param((80, 24, "stories"), id="postgres", marks=[pytest.mark.xdist_group("postgres"), pytest.mark.slow]),
)


@pytest.fixture(scope="session", params=[SMALL, LARGE, POSTGRES])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """The demo at one of two sizes, its files in a folder of its own."""
    columns, lines, schema = request.param
    folder = tmp_path_factory.mktemp("demo")
    keep = () if schema is None else ("--keep-in", server().address(schema))
    with terminal("demo", "--profiles", "400", *keep, folder=folder, columns=columns, lines=lines) as screen:
        screen.wait("the activities", is_home)
        yield screen


@pytest.fixture
def screen(demo: Terminal) -> Terminal:
    """The demo at its list of activities."""
    go_home(demo)
    return demo
