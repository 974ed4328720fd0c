"""Segments that were handed over: uploaded in batches, in force once they are committed with the right count."""

from dataclasses import dataclass, field

from smsreport_tui.simulator.problems import ProblemError
from smsreport_tui.simulator.wire import Members, Segment


@dataclass
class _Upload:
    name: str
    batches: dict[int, list[str]] = field(default_factory=dict)
    committed: frozenset[str] | None = None

    def members(self) -> frozenset[str]:
        return frozenset(one for batch in self.batches.values() for one in batch)


@dataclass
class Segments:
    """Segments by id. Every method raises ProblemError."""

    _known: dict[str, _Upload] = field(default_factory=dict)

    def put(self, segment: str, name: str) -> Segment:
        """Create or replace, empty."""
        self._known[segment] = _Upload(name)
        return Segment(segment, name, 0, committed=False)

    def put_batch(self, segment: str, batch: int, members: Members) -> None:
        """Keep one numbered batch; the same number again replaces it."""
        self._get(segment).batches[batch] = members.profile_ids

    def commit(self, segment: str, members: int) -> Segment:
        """Put the uploaded members in force."""
        upload = self._get(segment)
        found = upload.members()
        if len(found) != members:
            raise ProblemError(409, f"{len(found)} members were uploaded, and {members} were said")
        upload.committed = found
        return Segment(segment, upload.name, members, committed=True)

    def members(self, segment: str) -> frozenset[str]:
        """Who is in a segment in force."""
        found = self._get(segment).committed
        if found is None:
            raise ProblemError(422, "the segment is not committed")
        return found

    def name(self, segment: str) -> str:
        """What the segment is called."""
        return self._get(segment).name

    def _get(self, segment: str) -> _Upload:
        if segment not in self._known:
            raise ProblemError(404, "there is no such segment")
        return self._known[segment]
