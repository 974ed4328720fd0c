"""Takes the README's screenshot anew: the app's report on a simulated world, as it is painted."""

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from smsreport_tui.app import SmsReportApp  # noqa: E402
from smsreport_tui.gateways.feed import FeedGateway  # noqa: E402
from smsreport_tui.rules.clock import FixedClock  # noqa: E402
from smsreport_tui.services.reports import Reports  # noqa: E402
from smsreport_tui.services.session import Session  # noqa: E402
from smsreport_tui.services.sync import sync  # noqa: E402
from smsreport_tui.simulator.run import running  # noqa: E402
from smsreport_tui.simulator.world import WorldConfig  # noqa: E402
from storage.store import open_store  # noqa: E402

START = 1_772_442_000_000_000
SIZE = (120, 40)
FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def fill(store_path: str, clock: FixedClock) -> None:
    """Mirror a world of ten thousand people."""

    async def pull(url: str) -> None:
        with open_store(store_path, clock, writable=True) as store:
            gateway = FeedGateway(url, "secret", clock=clock)
            await sync(store, gateway, clock)
            await gateway.aclose()

    with running(WorldConfig(profiles=10_000, start=START), clock=clock) as simulator:
        asyncio.run(pull(simulator.url))


async def take(store_path: str, clock: FixedClock, folder: Path) -> str:
    """Open the second activity's Bounces and paint them."""
    session = Session(
        open_source=lambda: Reports(open_store(store_path, clock, writable=False), clock),
        export_command=lambda *_: ["true"],
        export_dir=folder,
        log_path=folder / "log",
        gateway="https://sms.example.com",
        clock=clock,
    )
    app = SmsReportApp(session)
    async with app.run_test(size=SIZE) as pilot:
        for keys in (["j", "j", "enter"], ["5"]):
            await pilot.press(*keys)
            for _ in range(50):
                await pilot.pause()
                await app.workers.wait_for_complete()
        return app.export_screenshot(title="smsreport")


def main() -> int:
    os.environ.setdefault("TERM", "xterm-256color")
    clock = FixedClock(START)
    with tempfile.TemporaryDirectory() as folder:
        store_path = str(Path(folder) / "store.db")
        fill(store_path, clock)
        svg = asyncio.run(take(store_path, clock, Path(folder)))
    # A page that shows the picture must not fetch fonts for it.
    (HERE / "report.svg").write_text(FONT_FACE.sub("", svg), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
