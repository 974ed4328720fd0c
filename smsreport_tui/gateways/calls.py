"""What a vendor calls the receiver with: kept as it came, and made into items when the store is next synced."""

from typing import Protocol

import msgspec


class Call(msgspec.Struct, frozen=True):
    """One HTTP call: `path` is what stands behind the receiver's secret, such as "dlr" or "dlr/spring".

    `url` is the address as the vendor has called it, for signatures; `query` is the undecoded query.
    """

    method: str
    path: str
    query: str
    url: str
    content_type: str
    signature: str
    body: bytes


class CallRefusedError(Exception):
    """The call is not what this vendor sends, or not signed by it; the sentence is for the log, not for the caller."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class CallTaker(Protocol):
    """Looks at a vendor's calls before they are kept; must be quick, and ask nobody."""

    signature_header: str
    """The header that becomes `Call.signature`, in lower case, or an empty text."""

    def check(self, call: Call) -> None:
        """Raises CallRefusedError when the call must not be kept."""
        ...

    def answer(self, call: Call) -> tuple[str, bytes]:
        """Content type and body of the answer to a call that is kept."""
        ...


def encode_call(call: Call) -> bytes:
    """A call as the letterbox keeps it."""
    return msgspec.json.encode(call)


def decode_call(content: bytes) -> Call:
    """What `encode_call` has made."""
    return msgspec.json.decode(content, type=Call)
