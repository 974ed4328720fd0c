"""Holds requests and answers against what Shlink publishes of its API (tests/specs/shlink)."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema_rs

SWAGGER = Path(__file__).parent.parent / "specs/shlink/docs/swagger/swagger.json"


def wrong_request(method: str, path: str, query: Mapping[str, str], body: bytes) -> list[str]:
    """What of a request the specification does not know, or types in another way."""
    operation = _operation(method, path)
    if operation is None:
        return [f"{method} {path} is not in the specification"]
    known = {one["name"]: one["schema"] for one in operation.get("parameters", []) if one["in"] == "query"}
    wrong = [f"the query has {name}" for name in query if name not in known]
    for name in query.keys() & known.keys():
        value: object = int(query[name]) if known[name]["type"] in ("number", "integer") else query[name]
        wrong.extend(_errors(f"query {name}", known[name], value))
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        content = json.loads(body)
        wrong.extend(_errors("body", schema, content))
        fields = {name for part in schema["allOf"] for name in part["properties"]}
        wrong.extend(f"the body has {name}" for name in content if name not in fields)
    elif body:
        wrong.append("a body")
    return wrong


def wrong_answer(method: str, path: str, status: int, content: object) -> list[str]:
    """What of an answer the specification types in another way."""
    operation = _operation(method, path)
    if operation is None:
        return []
    answers = operation["responses"]
    answer = answers.get(str(status)) or answers["default"]
    (kind,) = answer["content"].values()
    return _errors(f"answer {status}", kind["schema"], content)


def _errors(what: str, schema: Any, value: object) -> list[str]:
    validator = jsonschema_rs.validator_for(schema)
    return [f"{what}: {error.message}" for error in validator.iter_errors(value)]


def _operation(method: str, path: str) -> Any:
    for template, operations in bundled()["paths"].items():
        pattern = re.sub(r"\{[A-Za-z]+\}", "[^/]+", template)
        if re.fullmatch(pattern, path):
            return operations.get(method.lower())
    return None


@lru_cache(maxsize=1)
def bundled() -> Any:
    """The specification as one document without references."""
    return _resolved(json.loads(SWAGGER.read_text("utf-8")), SWAGGER.parent)


def _resolved(node: Any, folder: Path) -> Any:
    if isinstance(node, list):
        return [_resolved(one, folder) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        file = folder / node["$ref"]
        return _resolved(json.loads(file.read_text("utf-8")), file.parent)
    return {name: _resolved(one, folder) for name, one in node.items()}
