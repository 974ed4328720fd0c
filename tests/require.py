"""What a test needs of the machine: it is skipped with a reason, or fails where `SMSREPORT_REQUIRE` names it.

`SMSREPORT_REQUIRE=kannel,prism` is what the continuous integration sets, which installs both.
"""

import os

import pytest


def require(name: str, *, found: bool, reason: str) -> None:
    """Skips when it is not found, or fails when it must be."""
    if found:
        return
    if name in {one.strip() for one in os.environ.get("SMSREPORT_REQUIRE", "").split(",")}:
        pytest.fail(f"SMSREPORT_REQUIRE names {name}, and {reason}.")
    pytest.skip(f"{name}: {reason}")
