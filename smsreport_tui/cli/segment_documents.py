"""What `smsreport segment` prints with `--json`; scripts rely on every key."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from smsreport_tui.rules.segment_figures import Comparison, People, StoredSegment, Verdict, Why
from smsreport_tui.rules.segment_file import SegmentFile, write_file, write_node
from smsreport_tui.rules.segment_tree import AllOf, AnyOf, Group
from smsreport_tui.rules.times import format_time

if TYPE_CHECKING:
    from smsreport_tui.cli.documents import Document


def list_document(found: Iterable[tuple[StoredSegment, int]]) -> "list[Document]":
    """`segment list`."""
    return [
        {"name": one.name, "mode": "dynamic" if one.frozen_at is None else "frozen", "people": people}
        for one, people in found
    ]


def file_document(segment: StoredSegment) -> "Document":
    """`segment show`: the segment file."""
    return write_file(SegmentFile(segment.name, segment.where))


def people_document(people: People) -> "Document":
    """`segment members`."""
    from smsreport_tui.services.segment_export import waterfall_document

    rows = [
        {"profile": one.profile, "name": one.name, "msisdn": one.msisdn, "email": one.email} for one in people.first
    ]
    told: Document = {"total": people.total, "rows": rows}
    return told if people.waterfall is None else {**told, "waterfall": waterfall_document(people.waterfall)}


def comparison_document(first: str, second: str, found: Comparison) -> "Document":
    """`segment compare`."""
    return {"a": first, "b": second, "only_a": found.only_first, "both": found.both, "only_b": found.only_second}


def why_document(why: Why) -> "Document":
    """`segment why`: the tree with "holds" on each node, and at its root whether the person is a member.

    A leaf that names a segment has its tree as "where", once for each segment, or "frozen_at" of one that is a list.
    """
    return {**_verdict(why.verdict), "member": why.member}


def _verdict(verdict: Verdict) -> "Document":
    node = verdict.node
    if isinstance(node, Group):
        kind = "all" if isinstance(node, AllOf) else "any" if isinstance(node, AnyOf) else "none"
        return {kind: [_verdict(one) for one in verdict.below], "holds": verdict.holds}
    told = {**write_node(node), "holds": verdict.holds}
    if verdict.since is not None:
        told["frozen_at"] = format_time(verdict.since)
    if verdict.below:
        told["where"] = _verdict(verdict.below[0])
    return told
