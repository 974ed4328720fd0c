"""The stand-in is Sinch's: its official client drives it, and its models read every answer and write our requests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sinch import SinchClient
from sinch.domains.sms.api.v1.exceptions import SmsException
from sinch.domains.sms.models.v1.internal.group_request import GroupRequest
from sinch.domains.sms.models.v1.internal.update_group_request import UpdateGroupRequest
from sinch.domains.sms.models.v1.shared.text_request import TextRequest

from smsreport_tui.gateways.interface import Message, NewActivity
from smsreport_tui.rules.clock import HOUR, MINUTE
from smsreport_tui.rules.times import utc
from tests.gateways.sinch_here import ANNA, BO, CEM, START, Here
from tests.gateways.sinch_model import bare
from tests.gateways.sinch_standin import PLAN_ID
from tests.gateways.worlds import SECRET


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    made = Here(tmp_path)
    yield made
    made.close()


@pytest.fixture
def sms(here: Here) -> Any:
    """The client's SMS half, at the stand-in's address."""
    client = SinchClient(service_plan_id=PLAN_ID, sms_api_token=SECRET, sms_region="us")
    client.configuration.sms_domain_with_service_plan_id = here.world.server.origin
    return client.sms


def test_batches_are_sent_listed_looked_at_and_cancelled(here: Here, sms: Any) -> None:
    sent = sms.batches.send_sms([ANNA, BO], "12345", "Hej!", client_reference="spring")
    later = sms.batches.send_sms([ANNA], "12345", "Hej!", send_at=utc(START + 30 * HOUR))
    assert (sent.to, sent.from_, sent.body, sent.created_at) == ([bare(ANNA), bare(BO)], "12345", "Hej!", utc(START))
    assert sms.batches.cancel(later.id).canceled
    assert [one.id for one in sms.batches.list(page_size=1).iterator()] == [later.id, sent.id]
    assert [one.id for one in sms.batches.list(client_reference="spring").iterator()] == [sent.id]
    assert list(sms.batches.list(start_date=utc(START + HOUR)).iterator()) == []
    assert sms.batches.get(sent.id) == sent


def test_reports_are_read_whole_by_recipient_and_in_the_list_of_finished_ones(here: Here, sms: Any) -> None:
    batch = here.post(client_reference="spring")
    here.clock.advance(90_500_000)
    here.plan.settle(batch, ANNA, 404, "Aborted")
    full = sms.delivery_reports.get(batch, report_type="full")
    assert [(one.code, one.status, one.count, one.recipients) for one in full.statuses] == [
        (404, "Aborted", 1, [bare(ANNA)]),
        (401, "Dispatched", 1, [bare(BO)]),
    ]
    assert (full.total_message_count, full.client_reference) == (2, "spring")
    summary = sms.delivery_reports.get(batch).statuses[0]
    assert summary.recipients is None
    alone = sms.delivery_reports.get_for_number(batch, ANNA)
    assert (alone.recipient, alone.code, alone.at) == (bare(ANNA), 404, utc(START + 90_500_000))
    assert list(sms.delivery_reports.list(start_date=utc(START)).iterator()) == [alone]


def test_inbounds_are_listed(here: Here, sms: Any) -> None:
    here.plan.inbound(ANNA, "stop")
    here.plan.inbound(BO, "U1RPUA==", kind="mo_binary")
    assert [(one.from_, one.body, one.type) for one in sms.inbounds.list(page_size=1).iterator()] == [
        (bare(BO), "U1RPUA==", "mo_binary"),
        (bare(ANNA), "stop", "mo_text"),
    ]


def test_a_message_with_media_is_read_too(here: Here, sms: Any) -> None:
    media = {"url": "https://a.example/1.png", "content_type": "image/png", "status": "Uploaded", "code": 0}
    here.plan.inbound(ANNA, {"subject": "Hi", "message": "stop", "media": [media]}, kind="mo_media")
    (one,) = sms.inbounds.list().iterator()
    assert (one.body.message, one.body.media[0].status) == ("stop", "Uploaded")


def test_groups_are_made_changed_replaced_and_sent_to(here: Here, sms: Any) -> None:
    friends = sms.groups.create(name="Friends", members=[ANNA, BO])
    others = sms.groups.create(name="Others", members=[BO])
    assert (friends.name, friends.size) == ("Friends", 2)
    assert sms.groups.update(friends.id, name="Friends", add=[CEM, CEM], remove_from_group=others.id).size == 2
    assert sorted(sms.groups.list_members(friends.id).content()) == [bare(ANNA), bare(CEM)]
    assert sms.groups.update(others.id, name="Others", add_from_group=friends.id, remove=[ANNA]).size == 2
    assert [one.name for one in sms.groups.list(page_size=1).iterator()] == ["Others", "Friends"]
    batch = sms.batches.send_sms([friends.id], "12345", "Hej!")
    assert sms.delivery_reports.get(batch.id, report_type="full").total_message_count == 2
    assert sms.groups.replace(friends.id, name="Nobody", members=[]).size == 0
    assert sms.groups.get(friends.id).name == "Nobody"


def test_what_is_wrong_is_refused(here: Here, sms: Any) -> None:
    with pytest.raises(SmsException, match="403") as raised:
        sms.batches.send_sms([ANNA], "12345", "Hej!", delivery_report="full")
    assert raised.value.http_response.body["code"] == "missing_callback_url"
    with pytest.raises(SmsException, match="400"):
        sms.batches.send_sms(["+1"], "12345", "Hej!")
    with pytest.raises(SmsException, match="404"):
        sms.batches.get("01NOTHING")
    with pytest.raises(SmsException, match="403"):
        sms.groups.update(sms.groups.create().id, add_from_group="01FC66621VHDBN119Z8PMV1QPU")


def test_our_requests_are_ones_that_the_client_could_have_made(here: Here) -> None:
    here.post()
    here.sync()
    message = Message("A:p1:2", ANNA, "SHOP", "Hej!", "A", "p1", 2)
    here.ask(lambda gateway: gateway.send(message))

    async def remind(gateway: Any) -> None:
        await gateway.put_segment("sr-1", "All", "")
        await gateway.put_members("sr-1", 0, [here.person(ANNA), here.person(BO)])
        await gateway.commit_segment("sr-1", 2)
        activity = NewActivity("Again", "SHOP", "Hi!", ("sr-1",), (), START + HOUR)
        await gateway.create_activity("reminder:1", activity)

    here.ask(remind)
    asked = [(path.split("/"), content) for path, content in here.world.server.posted]
    batches = [TextRequest.model_validate(content) for path, content in asked if path == ["batches"]]
    first = batches[0]
    assert (first.to, first.type, first.client_reference) == ([ANNA], "mt_text", "smsreport:A:p1:2")
    assert (batches[0].expire_at, batches[1].send_at) == (utc(START + 55 * MINUTE), utc(START + HOUR))
    for (name, *rest), content in asked:
        if name == "groups":
            model = UpdateGroupRequest if rest and "members" not in content else GroupRequest
            read = model.model_validate(content | {"group_id": rest[0]} if rest else content)
            # What a model does not know it keeps as an extra.
            assert set(read.model_extra or {}) <= {"group_id"}
    assert all(not one.model_extra for one in batches)
