"""A request and its answer, and what a simulated REST site is to the server in front of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case
    body: bytes = b""


@dataclass(slots=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"

    @classmethod
    def of(cls, content: Any, status: int = 200) -> "Answer":
        return cls(status, json.dumps(content, ensure_ascii=False, allow_nan=False).encode())


class Refused(Exception):
    """The request gets this status instead of its data."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Site(Protocol):
    """One bank's or gateway's API."""

    def answer(self, request: Request) -> Answer:
        """What is asked for. Refused."""

    def refusal(self, status: int, message: str) -> Answer:
        """An error in this site's own words."""

    def is_data(self, path: str) -> bool:
        """Whether the quota and the faults of data apply to `path`."""

    def forget_tokens(self) -> None:
        """Every token given out is worth nothing from now."""


def whole_number(
    query: Mapping[str, str], name: str, default: int, *, least: int, most: int
) -> int:
    """A number of the query within its bounds. Refused with 400 outside them."""
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and least <= int(text) <= most):
        raise Refused(400, f"{name} must be a whole number from {least} to {most}")
    return int(text)
