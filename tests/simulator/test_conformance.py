"""Every operation of the simulator answers as feed.yaml says, to requests good and bad."""

from importlib import resources
from typing import Any

import schemathesis
import yaml
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.simulator.server import Server
from smsreport_tui.simulator.world import World, WorldConfig

START = 1_772_442_000_000_000
DOCUMENT = yaml.safe_load(resources.files("smsreport_tui.simulator").joinpath("feed.yaml").read_text("utf-8"))
APP = Server(World(WorldConfig(profiles=60, activities=6, start=START), FixedClock(START))).app()

schema = schemathesis.openapi.from_dict(DOCUMENT)
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)


@schema.parametrize()
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_conforms(case: schemathesis.Case[Any]) -> None:
    case.headers["Authorization"] = "Bearer anything"
    response = case.call(app=APP)
    case.validate_response(response, checks=list(CHECKS))
    assert response.status_code < 500
