"""Break codes: the family each belongs to, and which one wins where two fit.

What a code means for the reader stands in `reconciliation/advice.py`; the SQL under
sql/breaks/ finds the breaks and takes family and precedence from here.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Code:
    name: str
    family: str
    precedence: int  # the smaller wins


# In order of precedence (matching.md, section 3).
_FAMILIES: tuple[tuple[str, str], ...] = (
    ("ARITHMETIC", "amount"),
    ("CURRENCY", "identity"),
    ("DIRECTION", "identity"),
    ("ACCOUNT", "identity"),
    ("STS_LEDGER_OK_GW_FAILED", "status"),
    ("STS_LEDGER_FAILED_GW_OK", "status"),
    ("STS_BANK_DIFFERS", "status"),
    ("STS_MOBILE_DIFFERS", "status"),
    ("REF_CONFLICT", "identity"),
    ("AMBIGUOUS", "identity"),
    ("UNSEARCHED", "identity"),
    ("DUP_SAME_SOURCE", "duplicate"),
    ("DUP_CROSS_POSTED", "duplicate"),
    ("DUP_PAYMENT", "duplicate"),
    ("AMT_SHORT", "amount"),
    ("AMT_OVER", "amount"),
    ("DATE", "identity"),
    ("MIS_IN_LEDGER", "missing"),
    ("MIS_IN_GATEWAY", "missing"),
    ("MIS_IN_MOBILE", "missing"),
    ("MIS_IN_BANK", "missing"),
    ("MIS_IN_SETTLEMENT", "missing"),
    ("RFD_NOT_SETTLED", "refund"),
    ("TIM_SETTLE_OVERDUE", "timing"),
    ("STS_DEEMED_PENDING", "status"),
    ("MIS_FILE", "missing"),
    ("STM_CONSISTENCY", "statement"),
    ("STM_CONTINUITY", "statement"),
    ("PROOF_UNEXPLAINED", "statement"),
    ("DQ_SCHEMA", "data"),
    ("DQ_CONFLICT", "data"),
    ("DQ_SHRUNK", "data"),
    ("DQ_QUARANTINED", "data"),
)
CODES: Mapping[str, Code] = MappingProxyType(
    {name: Code(name, family, place) for place, (name, family) in enumerate(_FAMILIES)}
)
SUBJECT_KINDS = ("entry", "account_day", "delivery", "source_interval", "row")


def break_id(reconciliation: str, subject_kind: str, subject_key: str) -> UUID:
    """What it is about decides a break's id; when it was found, and its code, do not."""
    if subject_kind not in SUBJECT_KINDS:
        raise ValueError(f"no kind of subject: {subject_kind!r}")
    text = f"{reconciliation}|{subject_kind}|{subject_key}"
    return UUID(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest())
