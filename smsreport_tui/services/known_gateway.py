"""A gateway that the store is in step with, and what it can do."""

import asyncio
from dataclasses import dataclass

from smsreport_tui.gateways.interface import Capabilities, Gateway
from smsreport_tui.rules.errors import GatewayError
from storage.mirror import read_sources
from storage.store import Store


@dataclass(frozen=True, slots=True)
class KnownGateway:
    """The store's key of it, and what it says that it can do now."""

    source_id: int
    capabilities: Capabilities


async def known_gateway(store: Store, gateway: Gateway) -> KnownGateway:
    """Asks it. Raises GatewayError, also before the first sync: nobody it knows stands in the store then."""
    capabilities = (await gateway.info()).capabilities
    source = (await asyncio.to_thread(read_sources, store)).get(gateway.url)
    if source is None:
        raise GatewayError("The store has not been filled from this gateway yet: run `smsreport sync` first.")
    return KnownGateway(source[0], capabilities)
