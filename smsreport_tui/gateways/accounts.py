"""What the operator has said of one account at a gateway, or of one source of clicks."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Account:
    """Kind (`gateways.kinds.KINDS`), address, answers to the kind's questions by name, and its secret."""

    kind: str
    url: str
    secret: str = field(repr=False)
    options: Mapping[str, str] = field(default_factory=dict)
