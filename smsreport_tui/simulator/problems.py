"""Refusals as feed.yaml has them: application/problem+json (RFC 9457)."""

from http import HTTPStatus

import msgspec
from starlette.responses import Response


class ProblemError(Exception):
    """A request is refused; the server answers with the problem."""

    def __init__(self, status: int, detail: str, **headers: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers


def problem(status: int, detail: str, **headers: str) -> Response:
    """The answer for a problem."""
    body = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(msgspec.json.encode(body), status, named, "application/problem+json")
