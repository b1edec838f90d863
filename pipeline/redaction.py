"""Nothing secret in a log: values we hold, and what looks like an account, a token or an address.

Our own messages hold ids and counts; this is the net under them and under the libraries'.
"""

import logging
import re
from collections.abc import Iterable, Iterator

from reconciliation.model import ACCOUNT_MASK

MASK = "***"
SECRET_LENGTH_MIN = 6  # a shorter value is a word, and masking it would blank the log
# (what it is, how it is written): the number of a run, an amount or a date has fewer digits.
SHAPES = (
    re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9+/=._~-]{8,}"),
    re.compile(r"(?i)\b(password|secret|token|api[_-]?key|access[_-]?token)(\s*[=:]\s*)[^\s,;&]+"),
    # As a parameter or in JSON, also under a longer name: client_secret=…, "access_token": "…"
    re.compile(
        r"(?i)([\w-]*(?:password|secret|token|api[_-]?key))"
        r"(\s*=\s*[\"']?|[\"']\s*:\s*[\"'])[^\s,;&\"']+"
    ),
    re.compile(r"(?<=://)[^/@\s:]+:[^/@\s]+(?=@)"),  # user:password@ in a URL
    re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]+"),  # JWT
    re.compile(r"\b[\w.+-]{2,}@[A-Za-z][\w.-]+\b"),  # e-mail, VPA
)
# Nine digits and more between anything but letters and digits, so in file names and addresses
# too; what is no account by its form is taken first and left as it is.
ACCOUNT = re.compile(
    r"""
    \b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b     # a UUID
    | \b(?:pay|rfnd|order|setl|adj)_[0-9A-Za-z]{14}\b   # the gateway's ids
    | (?<![0-9])[0-9]{1,8}\.[0-9]+                       # an amount, a fraction of a second
    | (?<![^\W_])20[2-4][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])
      (?:[01][0-9]|2[0-3])(?:[0-5][0-9][0-5][0-9])?(?![^\W_])  # a day to its hour or second
    | (?:(?<![^\W_])|(?<=\\[nrt])|(?<=%[0-9A-F]{2}))(?P<account>[0-9]{9,})(?![^\W_])
    """,
    re.VERBOSE,
)


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """The text with secrets, credentials, addresses masked and long numbers as last four."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    for shape in SHAPES:
        text = shape.sub(_masked, text)
    return ACCOUNT.sub(_last_four, text)


class RedactionFilter(logging.Filter):
    """Put on handlers, so that what the libraries log passes through it too."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets: list[str] = []
        self.learn(secrets)

    def learn(self, secrets: Iterable[str]) -> None:
        """Mask these from now on as well."""
        known = {*self._secrets, *(one for one in secrets if len(one) >= SECRET_LENGTH_MIN)}
        # The longest first: one may be part of another.
        self._secrets = sorted(known, key=len, reverse=True)

    def clean(self, text: str) -> str:
        return redacted(text, self._secrets)

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        clean = self.clean(message)
        if clean != message:
            # One by one where that is enough: uvicorn's formatter reads the arguments itself.
            if isinstance(record.args, tuple):
                record.args = tuple(
                    self.clean(one) if isinstance(one, str) else one for one in record.args
                )
            if record.getMessage() != clean:
                record.msg, record.args = clean, ()
        if record.exc_info and record.exc_info[1] is not None:
            text = logging.Formatter().formatException(record.exc_info)
            record.exc_text = self.clean(text)
        return True


_shared = RedactionFilter()


def redact_logging(secrets: Iterable[str] = ()) -> None:
    """Put the filter on every handler there is, the libraries' own too; learn these secrets."""
    _shared.learn(secrets)
    for handler in _handlers():
        if not any(isinstance(one, RedactionFilter) for one in handler.filters):
            handler.addFilter(_shared)


def clean(text: str) -> str:
    """As the logs would show it: what this process knows to be secret is masked."""
    return _shared.clean(text)


def _handlers() -> Iterator[logging.Handler]:
    yield from logging.getLogger().handlers
    for logger in list(logging.Logger.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):
            yield from logger.handlers


def _last_four(found: "re.Match[str]") -> str:
    return f"{ACCOUNT_MASK}{found[0][-4:]}" if found["account"] else found[0]


def _masked(found: "re.Match[str]") -> str:
    groups = found.groups()
    if len(groups) > 1:  # name, separator: the name helps a reader, the value does not
        return f"{groups[0]}{groups[1]}{MASK}"
    return f"{groups[0]} {MASK}" if groups else MASK
