"""The demo in a real browser: it paints, follows the keys, and asks nobody but its own server."""

import base64
import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cli.test_serve import serving
from tests.e2e.browser import browser_page, chromium


@pytest.fixture
def browser() -> str:
    found = chromium()
    if found is None:
        reason = "no Chromium is installed here"
        if "chromium" in os.environ.get("SMSREPORT_REQUIRE", ""):
            pytest.fail(f"SMSREPORT_REQUIRE names chromium, and {reason}")
        pytest.skip(reason)
    return found


async def test_the_demo_in_a_browser(browser: str, tmp_path: Path) -> None:
    homes = {f"XDG_{kind}_HOME": str(tmp_path / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SMSREPORT_")},
        **homes,
        "HOME": str(tmp_path),
    }
    with serving(environment, "--demo") as (address, _):
        async with browser_page(browser) as page:
            await page.call("Page.navigate", url=address)
            await page.wait("the activities", lambda text: "12 activities" in text)
            await page.press("\r")
            await page.wait("the report", lambda text: "Delivered" in text and "exports all" in text)
            await page.press("5")
            await page.wait("the Bounces tab", lambda text: "▌5 Bounces" in text)
            picture = await page.call("Page.captureScreenshot", format="png")
            assert len(base64.b64decode(picture["data"])) > 20_000
            hosts = {urlsplit(one).hostname for one in page.asked if not one.startswith(("data:", "about:", "chrome"))}
            assert hosts == {"127.0.0.1"}
