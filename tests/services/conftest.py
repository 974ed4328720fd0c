"""A store in step with a simulated gateway, made once."""

from pathlib import Path

import pytest

from tests.services.push_world import fill


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To copy from, beside a gateway of the same world."""
    return fill(tmp_path_factory.mktemp("filled"))
