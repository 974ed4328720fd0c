"""The database of the tests' stores: SQLite, or with `--engine postgres` a throw-away PostgreSQL server.

Modules marked `portable` run on both without being asked to, but for their properties; what is SQLite's own is marked
`sqlite`.
"""

from collections.abc import Iterator

import pytest

from tests.storage import engines
from tests.storage.postgres import server


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=engines.BOTH, default=engines.SQLITE, help="where the tests' stores are")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    chosen = metafunc.config.getoption("engine")
    marked = metafunc.definition.get_closest_marker
    # Properties make a store for every example, which takes a server longer: they run on what is asked for alone.
    once = marked("sqlite") or hasattr(metafunc.function, "hypothesis") or chosen != engines.SQLITE
    if marked("portable") and not once:
        metafunc.parametrize("engine", engines.BOTH, indirect=True)


@pytest.fixture(autouse=True)
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """The database of this test's stores."""
    name = getattr(request, "param", None) or request.config.getoption("engine")
    if name == engines.POSTGRES:
        if request.node.get_closest_marker("sqlite"):
            pytest.skip("it is about files of SQLite")
        server()
    engines.choose(name)
    yield name
    engines.clear()
    engines.choose(engines.SQLITE)
