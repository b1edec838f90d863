"""Break codes: the family each belongs to, how severe it is, and which one wins where two fit.

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
    severity: str  # of SEVERITIES, before amount and age raise it


# low: waits, or nobody's money; medium: to be put right; high: money may be lost or is on the
# wrong side; critical: money moved that nothing explains. Raised severities end at RAISED_MAX.
SEVERITIES = ("low", "medium", "high", "critical")
RAISED_MAX = "high"

# Name, family, severity, in order of precedence (matching.md, section 3).
_TAXONOMY: tuple[tuple[str, str, str], ...] = (
    ("ARITHMETIC", "amount", "medium"),
    ("CURRENCY", "identity", "high"),
    ("DIRECTION", "identity", "high"),
    ("ACCOUNT", "identity", "high"),
    ("STS_LEDGER_OK_GW_FAILED", "status", "high"),
    ("STS_LEDGER_FAILED_GW_OK", "status", "high"),
    ("STS_DEBITED_NOT_CONFIRMED", "status", "high"),
    ("STS_BANK_DIFFERS", "status", "high"),
    ("STS_MOBILE_DIFFERS", "status", "low"),
    ("AMBIGUOUS", "identity", "medium"),
    ("UNSEARCHED", "identity", "medium"),
    ("DUP_SAME_SOURCE", "duplicate", "medium"),
    ("DUP_CROSS_POSTED", "duplicate", "high"),
    ("DUP_PAYMENT", "duplicate", "high"),
    ("AMT_ROUNDING", "amount", "low"),
    ("AMT_SHORT", "amount", "medium"),
    ("AMT_OVER", "amount", "medium"),
    ("FEE_ZERO_MDR_CHARGED", "fee", "medium"),
    ("FEE_MDR_VARIANCE", "fee", "low"),
    ("TAX_GST_VARIANCE", "tax", "low"),
    ("RESERVE_HELD", "fee", "medium"),
    ("DATE", "identity", "low"),
    ("RFD_DUPLICATE", "refund", "high"),
    ("CBK_WON_NOT_CREDITED", "dispute", "high"),
    ("CBK_UNMATCHED", "dispute", "high"),
    ("STS_REVERSAL_DUE", "status", "medium"),
    ("STS_REVERSAL_WITHOUT_ORIGINAL", "status", "medium"),
    ("FEE_BANK_CHARGE_UNBOOKED", "fee", "low"),
    ("NO_EDGE", "identity", "medium"),
    ("REF_CONFLICT", "identity", "medium"),
    ("REF_MISSING", "identity", "medium"),
    ("MIS_IN_LEDGER", "missing", "medium"),
    ("MIS_IN_GATEWAY", "missing", "medium"),
    ("MIS_IN_MOBILE", "missing", "low"),
    ("MIS_IN_BANK", "missing", "medium"),
    ("MIS_IN_SETTLEMENT", "missing", "medium"),
    ("RFD_NOT_SETTLED", "refund", "medium"),
    ("TIM_SETTLE_OVERDUE", "timing", "low"),
    ("STS_DEEMED_PENDING", "status", "low"),
    ("MIS_FILE", "missing", "medium"),
    ("STM_CONSISTENCY", "statement", "high"),
    ("STM_CONTINUITY", "statement", "high"),
    ("STM_RESTATED", "statement", "low"),
    ("STM_DUPLICATE", "statement", "low"),
    ("PROOF_UNEXPLAINED", "statement", "critical"),
    ("DQ_SCHEMA", "data", "medium"),
    ("DQ_CONFLICT", "data", "medium"),
    ("DQ_SHRUNK", "data", "medium"),
    ("DQ_QUARANTINED", "data", "medium"),
)
CODES: Mapping[str, Code] = MappingProxyType(
    {
        name: Code(name, family, place, severity)
        for place, (name, family, severity) in enumerate(_TAXONOMY)
    }
)
# Codes that say a partner is not there: it may have come and been refused.
ALONE = (
    "MIS_IN_LEDGER", "MIS_IN_GATEWAY", "MIS_IN_MOBILE", "MIS_IN_BANK", "MIS_IN_SETTLEMENT",
    "REF_MISSING", "TIM_SETTLE_OVERDUE", "RFD_NOT_SETTLED", "FEE_BANK_CHARGE_UNBOOKED",
    "STS_REVERSAL_WITHOUT_ORIGINAL",
)  # fmt: skip
STATUSES = ("OPEN", "ASSIGNED", "INVESTIGATING", "PENDING_APPROVAL", "RESOLVED", "REOPENED")
SUBJECT_KINDS = ("entry", "account_day", "delivery", "source_interval", "row")


def break_id(reconciliation: str, subject_kind: str, subject_key: str) -> UUID:
    """What it is about decides a break's id; when it was found, and its code, do not."""
    if subject_kind not in SUBJECT_KINDS:
        raise ValueError(f"no kind of subject: {subject_kind!r}")
    text = f"{reconciliation}|{subject_kind}|{subject_key}"
    return UUID(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest())
