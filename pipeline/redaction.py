"""Nothing secret in a log: values we hold, and what looks like an account, a token or an address.

Our own messages hold ids and counts; this is the net under them and under the libraries'.
"""

import logging
import re
from collections.abc import Iterable

MASK = "***"
SECRET_LENGTH_MIN = 6  # a shorter value is a word, and masking it would blank the log
# (what it is, how it is written): the number of a run, an amount or a date has fewer digits.
SHAPES = (
    re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9+/=._~-]{8,}"),
    re.compile(r"(?i)\b(password|secret|token|api[_-]?key|access[_-]?token)(\s*[=:]\s*)[^\s,;&]+"),
    re.compile(r"(?<=://)[^/@\s:]+:[^/@\s]+(?=@)"),  # user:password@ in a URL
    re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]+"),  # JWT
    re.compile(r"\b[\w.+-]{2,}@[A-Za-z][\w.-]+\b"),  # e-mail, VPA
)
ACCOUNT = re.compile(r"(?<![\w.:-])\d{9,18}(?![\w.:-])")


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """The text with secrets, credentials, addresses masked and long numbers as last four."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    for shape in SHAPES:
        text = shape.sub(_masked, text)
    return ACCOUNT.sub(lambda found: f"…{found[0][-4:]}", text)


class RedactionFilter(logging.Filter):
    """Put on handlers, so that what the libraries log passes through it too."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        # The longest first: one may be part of another.
        self._secrets = sorted(
            {secret for secret in secrets if len(secret) >= SECRET_LENGTH_MIN},
            key=len,
            reverse=True,
        )

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redacted(record.getMessage(), self._secrets)
        record.args = ()
        if record.exc_info and record.exc_info[1] is not None:
            text = logging.Formatter().formatException(record.exc_info)
            record.exc_text = redacted(text, self._secrets)
        return True


def redact_logging(secrets: Iterable[str] = ()) -> None:
    """Put the filter on every handler of the root logger."""
    shared = RedactionFilter(secrets)
    for handler in logging.getLogger().handlers:
        if not any(isinstance(one, RedactionFilter) for one in handler.filters):
            handler.addFilter(shared)


def _masked(found: "re.Match[str]") -> str:
    groups = found.groups()
    if len(groups) > 1:  # name, separator: the name helps a reader, the value does not
        return f"{groups[0]}{groups[1]}{MASK}"
    return f"{groups[0]} {MASK}" if groups else MASK
