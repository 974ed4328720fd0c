"""What the simulated gateway accepts, refuses and does (feed/openapi.yaml)."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from smsreport_tui.rules.clock import HOUR, FixedClock
from smsreport_tui.rules.times import format_time
from smsreport_tui.simulator.people import has_left, is_erased, profile_id
from smsreport_tui.simulator.stream import Stream
from tests.simulator.asking import HEADERS, START, Gateway, small

PERSON = next(number for number in range(99) if not has_left(number) and not is_erased(number))


def message(gateway: Gateway, **more: object) -> dict[str, object]:
    activity = gateway.world.campaigns[0].id
    known = {"to": "+46700000001", "body": "Hello", "activity_id": activity, "profile_id": profile_id(PERSON)}
    return {**known, "attempt": 2, **more}


def post(gateway: Gateway, path: str, body: object, key: str | None = "k:1") -> httpx.Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    answer: httpx.Response = gateway.client.post(path, json=body, headers=headers)
    return answer


@pytest.mark.parametrize("value", ["", "Bearer ", "Basic abc", "Bearer other"])
def test_a_wrong_token_is_refused(value: str) -> None:
    gateway = Gateway(token="secret")
    answer = gateway.client.get("/v1/info", headers={"Authorization": value})
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert gateway.client.get("/v1/info", headers=HEADERS).status_code == 200


@pytest.mark.parametrize(("path", "status"), [("/v1/nothing", 404), ("/v1/balance/x", 404)])
def test_nothing_else_is_there(path: str, status: int) -> None:
    answer = Gateway().get(path)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert Gateway().client.delete("/v1/info").status_code == 405


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "5001"}, {"limit": "x"}, {"cursor": "nonsense"}])
def test_a_bad_query_is_refused(query: dict[str, str]) -> None:
    assert Gateway().get("/v1/events", **query).status_code == 400


def test_an_empty_page_says_when_to_ask_again() -> None:
    gateway = Gateway()
    _, cursor = gateway.pages("events")
    answer = gateway.get("/v1/events", cursor=cursor)
    assert (answer.json()["items"], answer.json()["next_cursor"], answer.headers["retry-after"]) == ([], cursor, "5")


def test_a_message_is_accepted_once_and_its_receipts_follow() -> None:
    clock = FixedClock(START)
    gateway = Gateway(clock=clock)
    _, cursor = gateway.pages("events")
    body = message(gateway)
    first, again = post(gateway, "/v1/messages", body), post(gateway, "/v1/messages", body)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json() == again.json() == gateway.get("/v1/messages", idempotency_key="k:1").json()
    assert post(gateway, "/v1/messages", {**body, "body": "Other"}).status_code == 422
    clock.advance(HOUR)
    told = [
        item
        for item in gateway.pages("events", cursor=cursor)[0]
        if item.get("message_id") == first.json()["message_id"]
    ]
    receipts = [item["kind"] for item in told if item["kind"] != "clicked"]
    assert receipts[0] == "sent"
    assert receipts[-1] in ("delivered", "bounced")
    assert {item["attempt"] for item in told if "attempt" in item} == {2}


def test_a_message_is_refused_with_the_reason() -> None:
    gateway = Gateway()
    assert post(gateway, "/v1/messages", message(gateway), key=None).status_code == 400
    assert post(gateway, "/v1/messages", message(gateway, attempt=1)).status_code == 422
    assert post(gateway, "/v1/messages", message(gateway, activity_id="nope")).status_code == 422
    assert post(gateway, "/v1/messages", message(gateway, extra=1)).status_code == 422
    left = profile_id(next(number for number in range(99) if has_left(number)))
    assert post(gateway, "/v1/messages", message(gateway, profile_id=left)).status_code == 403
    assert gateway.get("/v1/messages", idempotency_key="k:1").status_code == 404


def test_a_segment_is_in_force_once_it_is_committed_with_the_right_count() -> None:
    gateway = Gateway()
    client = gateway.client
    ids = [profile_id(number) for number in range(30)]
    assert client.put("/v1/segments/S", json={"name": "All"}).json()["members"] == 0
    for _ in range(2):
        assert client.put("/v1/segments/S/members/0", json={"profile_ids": ids[:20]}).status_code == 204
        assert client.put("/v1/segments/S/members/1", json={"profile_ids": ids[20:]}).status_code == 204
    assert client.post("/v1/segments/S/commit", json={"members": 29}).status_code == 409
    assert client.post("/v1/segments/S/commit", json={"members": 30}).json()["committed"] is True
    assert client.put("/v1/segments/none/members/0", json={"profile_ids": []}).status_code == 404


def hand_over(gateway: Gateway, name: str, people: Iterable[int]) -> None:
    ids = [profile_id(number) for number in people]
    gateway.client.put(f"/v1/segments/{name}", json={"name": f"{name} people"})
    gateway.client.put(f"/v1/segments/{name}/members/0", json={"profile_ids": ids})
    gateway.client.post(f"/v1/segments/{name}/commit", json={"members": len(ids)})


AGAIN = {"name": "Again", "sender": "SHOP", "body": "Hi https://s.example/1", "include": ["IN"]}


def test_a_new_activity_goes_to_included_less_excluded_people() -> None:
    clock = FixedClock(START)
    gateway = Gateway(clock=clock)
    cursors = {stream: gateway.pages(stream)[1] for stream in ("activities", "events")}
    hand_over(gateway, "IN", range(60))
    hand_over(gateway, "OUT", range(10))
    body = {**AGAIN, "exclude": ["OUT"]}
    first, again = post(gateway, "/v1/activities", body), post(gateway, "/v1/activities", body)
    assert (first.status_code, again.status_code, again.json()) == (202, 200, first.json())
    assert first.json()["sending_to"] == [
        {"kind": "include_segment", "label": "IN people"},
        {"kind": "exclude_segment", "label": "OUT people"},
    ]
    expected = {profile_id(number) for number in range(10, 60) if not has_left(number) and not is_erased(number)}
    clock.advance(24 * HOUR)
    activity = first.json()["id"]
    told = [
        item for item in gateway.pages("events", cursor=cursors["events"])[0] if item.get("activity_id") == activity
    ]
    assert {item["profile_id"] for item in told} == expected
    assert {item["link_id"] for item in told if item["kind"] == "clicked"} <= {f"{activity}-L1", "old-campaign"}
    versions = [item for item in gateway.pages("activities", cursor=cursors["activities"])[0] if item["id"] == activity]
    assert [(item["status"], item["recipients"]) for item in versions] == [
        ("sending", len(expected)),
        ("sent", len(expected)),
    ]
    assert post(gateway, "/v1/activities", {**body, "include": ["nobody"]}, key="k:2").status_code == 404


def test_a_key_replays_whatever_has_become_of_the_segments() -> None:
    gateway = Gateway()
    hand_over(gateway, "IN", range(60))
    first = post(gateway, "/v1/activities", AGAIN)
    gateway.client.put("/v1/segments/IN", json={"name": "Another upload begins"})
    again = post(gateway, "/v1/activities", AGAIN)
    assert (again.status_code, again.json()) == (200, first.json())
    assert post(gateway, "/v1/activities", {**AGAIN, "body": "Other"}).status_code == 422
    assert post(gateway, "/v1/activities", AGAIN, key="k:2").status_code == 422
    assert [one.key for one in gateway.world.created] == ["k:1"]


def test_a_scheduled_activity_begins_when_it_is_said_to() -> None:
    clock = FixedClock(START)
    gateway = Gateway(clock=clock)
    cursor = gateway.pages("activities")[1]
    hand_over(gateway, "IN", range(60))
    at = format_time(START + 2 * HOUR)
    assert post(gateway, "/v1/activities", {**AGAIN, "send_at": at}).json()["status"] == "scheduled"
    clock.advance(3 * HOUR)
    versions = [item for item in gateway.pages("activities", cursor=cursor)[0] if item["name"] == "Again"]
    assert [(item["status"], item["sent_at"]) for item in versions] == [
        ("scheduled", at),
        ("sending", at),
        ("sent", at),
    ]


def test_messages_of_a_new_activity_are_sent_again() -> None:
    gateway = Gateway()
    hand_over(gateway, "IN", range(60))
    activity = post(gateway, "/v1/activities", AGAIN).json()["id"]
    assert post(gateway, "/v1/messages", message(gateway, activity_id=activity), key="k:2").status_code == 202


def test_what_is_told_late_is_told_to_readers_who_have_passed_its_time() -> None:
    stream: Stream[str] = Stream("t", (), [(1, "first"), (9, "second")])
    _, cursor, _ = stream.read(None, 10, now=9)
    stream.add(5, "late")
    assert stream.read(cursor, 10, now=9)[0] == []
    assert stream.read(cursor, 10, now=10)[0] == ["late"]


def test_a_key_that_comes_twice_at_once_makes_one_activity() -> None:
    gateway = Gateway(small(profiles=2_000))
    hand_over(gateway, "IN", range(2_000))
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda _: post(gateway, "/v1/activities", AGAIN), range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 202]
    assert len(gateway.world.created) == 1


def test_credits_go_down_and_run_out() -> None:
    gateway = Gateway()
    before = float(gateway.get("/v1/balance").json()["credits"])
    post(gateway, "/v1/messages", message(gateway))
    assert float(gateway.get("/v1/balance").json()["credits"]) < before
