"""The grammar of a side's `where:`, checked word by word and written as SQL.

    expression = term {"or" term} ;  term = factor {"and" factor}
    factor     = ["not"] ("(" expression ")" | condition)
    condition  = column ("=" | "<>") text | column ["not"] "in" "(" text {"," text} ")"
               | column "is" ["not"] "null"

Nothing else is a clause: a column outside COLUMNS or a text outside TEXT is refused, so
what comes out can stand in a statement as it is.
"""

import re
from dataclasses import dataclass

# Columns of staging.entry that say which edge an entry belongs to.
COLUMNS = frozenset({
    "bank_code", "currency", "direction", "status", "channel", "transaction_type", "order_id",
    "payment_id", "merchant_id", "settlement_id", "settlement_utr", "reference_number", "rrn",
    "utr", "upi_id", "arn", "raw_status", "raw_method", "dataset",
})  # fmt: skip
TEXT = re.compile(r"'[A-Za-z0-9_./ -]{0,60}'")
TOKEN = re.compile(r"\s*(?:(?P<text>'[^']*')|(?P<word>[A-Za-z_]+)|(?P<sign><>|=|\(|\)|,))")
DEPTH_MAX = 10


class WhereError(ValueError):
    """Not a clause of this grammar; the message says what stands where."""


@dataclass(frozen=True, slots=True)
class Where:
    """A checked clause: as written, and as SQL over a row called `entry`."""

    text: str
    sql: str


EVERYTHING = Where("", "true")


def parse_where(text: str) -> Where:
    """WhereError names the first word that does not fit."""
    return Where(text, _Parser(_tokens(text)).clause())


def _tokens(text: str) -> list[str]:
    tokens, place = [], 0
    while text[place:].strip():
        found = TOKEN.match(text, place)
        if not found:
            raise WhereError(f"cannot read it from {text[place:].strip()[:20]!r} on")
        tokens.append(found[0].strip())
        place = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def clause(self) -> str:
        sql = self._expression()
        if self._place < len(self._tokens):
            raise WhereError(f"{self._next()!r} stands after the end of the clause")
        return sql

    def _peek(self) -> str:
        token = self._tokens[self._place] if self._place < len(self._tokens) else ""
        return token if token.startswith("'") else token.lower()

    def _next(self) -> str:
        token = self._peek()
        self._place += 1
        return token

    def _expect(self, wanted: str) -> None:
        found = self._next()
        if found != wanted:
            raise WhereError(f"expected {wanted!r}, found {found or 'the end'!r}")

    def _skip(self, word: str) -> bool:
        if self._peek() != word:
            return False
        self._place += 1
        return True

    def _expression(self) -> str:
        parts = [self._term()]
        while self._skip("or"):
            parts.append(self._term())
        return parts[0] if len(parts) == 1 else f"({' or '.join(parts)})"

    def _term(self) -> str:
        parts = [self._factor()]
        while self._skip("and"):
            parts.append(self._factor())
        return parts[0] if len(parts) == 1 else f"({' and '.join(parts)})"

    def _factor(self) -> str:
        # A condition on a null is false, and so "not" of it is true, as a reader expects.
        if self._skip("not"):
            return f"not coalesce({self._factor()}, false)"
        if not self._skip("("):
            return self._condition()
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise WhereError(f"more than {DEPTH_MAX} brackets inside each other")
        inner = self._expression()
        self._expect(")")
        self._depth -= 1
        return inner

    def _condition(self) -> str:
        column = self._next()
        if column not in COLUMNS:
            raise WhereError(f"no column {column!r}; known: {', '.join(sorted(COLUMNS))}")
        if self._skip("is"):
            negated = "not " if self._skip("not") else ""
            self._expect("null")
            return f"entry.{column} is {negated}null"
        if self._peek() in ("=", "<>"):
            return f"entry.{column} {self._next()} {self._text()}"
        negated = "not " if self._skip("not") else ""
        self._expect("in")
        self._expect("(")
        texts = [self._text()]
        while self._skip(","):
            texts.append(self._text())
        self._expect(")")
        return f"entry.{column} {negated}in ({', '.join(texts)})"

    def _text(self) -> str:
        token = self._next()
        if not TEXT.fullmatch(token):
            raise WhereError(f"expected a text in single quotes, found {token or 'the end'!r}")
        return token
