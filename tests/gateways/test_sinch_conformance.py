"""Our requests and the stand-in's answers are held against Sinch's published API by Prism, which stands between them.

The published copy (tests/specs/sinch) is of 2022. Where the models of the official client say otherwise they are newer
and win: `amended` is every such place.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from smsreport_tui.gateways.interface import Accepted, Created, Message, NewActivity, NotFound, Refused
from smsreport_tui.gateways.sinch import SinchGateway
from smsreport_tui.gateways.telling import Told
from smsreport_tui.rules.clock import HOUR, MINUTE
from smsreport_tui.services.sync import sync
from tests.gateways.prism import MISSING, Prism, prism_path
from tests.gateways.sinch_here import ANNA, BO, CEM, START, Here
from tests.gateways.sinch_standin import PLAN_ID
from tests.gateways.sinch_world import no_wait
from tests.gateways.worlds import SECRET
from tests.require import require

SPEC = Path(__file__).parents[1] / "specs" / "sinch" / "sinch_sms.yaml"
STATUSES = ["Queued", "Dispatched", "Aborted", "Cancelled", "Failed", "Delivered", "Expired", "Rejected", "Deleted"]


def amended(spec: dict[str, Any]) -> dict[str, Any]:
    """The copy with what the official client's models (2.3) know better."""
    paths, schemas = spec["paths"], spec["components"]["schemas"]
    # The list of finished reports is newer than the copy.
    report = {"$ref": "#/components/schemas/retrieveRecipientDeliveryResponseObj"}
    window = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in ("start_date", "end_date")]
    size = {"name": "page_size", "in": "query", "schema": {"type": "integer", "maximum": 100}}
    count = {name: {"type": "integer"} for name in ("page", "page_size", "count")}
    page = {"type": "object", "properties": {**count, "delivery_reports": {"type": "array", "items": report}}}
    paths["/xms/v1/{service_plan_id}/delivery_reports"] = {
        "parameters": [{"$ref": "#/components/parameters/service_plan_id"}],
        "get": {
            "operationId": "ListDeliveryReports",
            "security": [{"BearerAuth": []}],
            "parameters": [{"$ref": "#/components/parameters/page"}, size, *window],
            "responses": {"200": {"description": "OK", "content": {"application/json": {"schema": page}}}},
        },
    }
    # A number in the models; the copy's own example has it in quotation marks.
    whole = schemas["retrieveDeliveryResponseObj"]["properties"]
    whole["total_message_count"] = {"type": "integer"}
    # The copy has all statuses in one text, and misses one.
    schemas["retrieveRecipientDeliveryResponseObj"]["properties"]["status"]["enum"] = [*STATUSES, "Unknown"]
    whole["statuses"]["items"]["properties"]["status"]["enum"] = [*STATUSES, "Unknown"]
    # Lists hold what was made, with its id, and not what was asked for.
    for name, made in (("batches", "sendBatchCreated"), ("groups", "createGroupResponse")):
        listed = paths[f"/xms/v1/{{service_plan_id}}/{name}"]["get"]["responses"]["200"]["content"]
        items = {"allOf": [{"$ref": f"#/components/schemas/{made}"}, {"required": ["id"]}]}
        listed["application/json"]["schema"]["properties"][name]["items"] = items
    # Batches can be listed by their reference.
    reference = {"name": "client_reference", "in": "query", "schema": {"type": "string"}}
    paths["/xms/v1/{service_plan_id}/batches"]["get"]["parameters"].append(reference)
    return spec


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    made = Here(tmp_path)
    yield made
    made.close()


@pytest.fixture
def prism(here: Here, tmp_path: Path) -> Iterator[Prism]:
    require("prism", found=prism_path() is not None, reason=MISSING)
    spec = tmp_path / "spec.yaml"
    spec.write_text(yaml.safe_dump(amended(yaml.safe_load(SPEC.read_text("utf-8")))), "utf-8")
    running = Prism(spec, here.world.server.origin)
    yield running
    running.close()


@pytest.fixture
async def gateway(here: Here, prism: Prism) -> Any:
    through = SinchGateway(f"{prism.url}/xms/v1/{PLAN_ID}", SECRET, here.store, here.clock, sleep=no_wait)
    yield through
    await through.aclose()


async def test_everything_that_is_collected_is_as_published(here: Here, prism: Prism, gateway: SinchGateway) -> None:
    friends = here.plan.post_group("Friends", [CEM]).id
    batch = here.post(to=[ANNA, BO, friends], client_reference="spring")
    here.post(send_at="2026-03-02T10:00:00Z")
    here.plan.settle(batch, ANNA, 0, "Delivered")
    here.plan.settle(batch, BO, 404, "Aborted")
    here.plan.inbound(BO, "stop")
    result = await sync(here.store, gateway, here.clock)
    assert (result.activities, result.events, result.quarantined) == (2, 3 + 2 + 2, 0)
    here.clock.advance(HOUR)
    assert (await sync(here.store, gateway, here.clock)).events == 2
    assert prism.violations() == []


async def test_what_is_sent_and_found_is_as_published(here: Here, prism: Prism, gateway: SinchGateway) -> None:
    message = Message("A:p1:2", ANNA, "SHOP", "Hej! 👋", "A", "p1", 2)
    answer = await gateway.send(message)
    assert isinstance(answer, Accepted)
    here.clock.advance(HOUR)
    assert await gateway.find(message, START) == answer
    other = Message("A:p1:3", ANNA, "SHOP", "Hej! 👋", "A", "p1", 3)
    assert await gateway.find(other, START) == NotFound()
    refused = await gateway.send(Message("A:p1:4", "+1", "SHOP", "Hej!", "A", "p1", 4))
    assert isinstance(refused, Refused)
    assert prism.violations() == []


async def test_segments_and_new_activities_are_as_published(here: Here, prism: Prism, gateway: SinchGateway) -> None:
    here.post(to=[ANNA, BO, CEM])
    await sync(here.store, gateway, here.clock)
    for segment, numbers in {"sr-1": [ANNA, BO, CEM], "sr-2": [BO]}.items():
        await gateway.put_segment(segment, segment, "")
        await gateway.put_members(segment, 0, [here.person(one) for one in numbers])
        await gateway.commit_segment(segment, len(numbers))
    here.clock.advance(MINUTE)
    activity = NewActivity("Again", "SHOP", "Hi!", ("sr-1",), ("sr-2",), here.clock.now() + HOUR)
    assert isinstance(await gateway.create_activity("reminder:1", activity), Created)
    here.clock.advance(2 * HOUR)
    assert sorted(number for number, _ in here.world.sent()) == [ANNA, CEM]
    assert prism.violations() == []


async def test_what_is_not_as_published_is_answered_with_an_error(here: Here, gateway: SinchGateway) -> None:
    asked = await gateway._plan.tell("GET", "batches", {"page": "0", "page_size": "101"})
    here.plan.batches[here.post()].canceled = "perhaps"  # type: ignore[assignment]
    answered = await gateway._plan.tell("GET", "batches", {"page": "0"})
    for told, status in ((asked, 422), (answered, 500)):
        assert isinstance(told, Told)
        assert (told.status, b"stoplight.io/prism/errors" in told.body) == (status, True)
