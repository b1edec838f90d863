"""What to do next: a sentence for every break code, and why an open item may wait.

A sentence must be true where it is said: what a code means for a payment and its settlement line
is not what it means for our ledger and the bank. `next_step` takes the nearest that is known.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

FALLBACK_STEP = "Open the break (`./recon breaks show ID`) and follow the runbook of its edge."

# Before anything that a code advises, where a refused row may be what a break lacks.
REFUSED_STEP = (
    "Book and reverse nothing before the refused rows below are looked at: if one is its partner,"
    " have it sent again or mend the YAML and `./recon quarantine release` it."
)

# In place of what a code advises, where a suggestion of the break of that id holds its entry.
SUGGESTED_STEP = (
    "Look at the suggestions below first: the entry may be right as it is, so book and undo"
    " nothing before; `./recon match --suggestion {}` accepts one."
)

# Before what a code advises, where other reconciliations have a break of the same money.
SAME_MONEY_STEP = (
    "The same money is in {} too: ask once for both, and reverse or write off nothing here before"
    " that is answered."
)

# Where a write-off waits: who asked for it, and the beginning of the break's id.
ANSWER_STEP = (
    "Somebody else than {0} answers: `./recon breaks resolve {1} --approve`, or `--refuse --comment"
    " WHY`; {0} takes it back by `./recon breaks withdraw {1} --reason CODE`."
)

# Where its entry was matched although two people had written it off.
RECOVERED_STEP = "Matched after it was written off: reverse the write-off in the books."

# Reasons of open items: their window is not over.
REASONS = {
    "TIM_CUTOFF": "after the 21:00 IST cut-off, counts for the next business day",
    "TIM_IN_TRANSIT": "in transit, the other side has until its window ends",
    "TIM_SETTLE_OVERDUE": "settlement is past its day, its feed is still due",
    "MIS_FILE": "the hour or file that would hold its partner is not landed and staged",
    "DQ_QUARANTINED": "the delivery that holds its partner was refused",
}

NEXT_STEPS = {
    "TIM_SETTLE_OVERDUE": "Wait for the settlement day's feed; ask the gateway if it is late.",
    "MIS_IN_BANK": "Ask the bank for it by its reference before anything is booked or reversed.",
    "MIS_IN_LEDGER": "Book it, or ask whoever reports it what it is.",
    "MIS_IN_GATEWAY": "Ask the gateway for it before anything is undone.",
    "MIS_IN_MOBILE": "Ask the app team why the order never reached the app's records.",
    "MIS_IN_SETTLEMENT": "Ask the gateway which settlement it belongs to.",
    "MIS_FILE": "See its land and stage tasks; ask the source. It loads by itself when it comes.",
    "AMT_ROUNDING": "A difference of rounding: book it, and have the side that rounds corrected.",
    "AMT_SHORT": "Less moved than was booked: correct the booking, or claim what is missing.",
    "AMT_OVER": "More moved than was booked: correct the booking, or have the excess returned.",
    "ARITHMETIC": "The gateway's own figures do not add up: send them to it.",
    "CURRENCY": "One side holds another currency: correct the side that is wrong.",
    "ACCOUNT": "The money is on another account: move it, or correct the booking.",
    "FEE_ZERO_MDR_CHARGED": "The law lets nobody charge this method: claim the fee with its GST.",
    "FEE_MDR_VARIANCE": "Hold the fee against the contract and claim the difference.",
    "TAX_GST_VARIANCE": "The GST is not that of the fee: have the gateway's invoice corrected.",
    "RESERVE_HELD": "The gateway keeps it back: ask why, and from when on it pays.",
    "DATE": "It came outside its days: ask bank and gateway why; is it right, `./recon match` it.",
    "DIRECTION": "Debit on one side, credit on the other: correct the side that is wrong.",
    "STS_LEDGER_OK_GW_FAILED": "Ask the gateway for the final status; if it failed, undo ours.",
    "STS_LEDGER_FAILED_GW_OK": "The gateway did it, we did not: book it, or refund the customer.",
    "STS_MOBILE_DIFFERS": "Have the app show what core and gateway say.",
    "STS_DEBITED_NOT_CONFIRMED": "Have the bank reverse the debit; past its day claim: "
    "`./recon breaks claims`.",
    "STS_BANK_DIFFERS": "Ask the bank for the final status and book that.",
    "STS_DEEMED_PENDING": "Pending past its window: ask for the final status.",
    "STS_REVERSAL_DUE": "One side has undone it: have the other reverse it too.",
    "STS_REVERSAL_WITHOUT_ORIGINAL": "Find out what it undoes; until then it is no income of ours.",
    "FEE_BANK_CHARGE_UNBOOKED": "Book the charge, with its GST, or dispute it with the bank.",
    "NO_EDGE": "Mend its bank or order in the ledger, or write a definition that takes it.",
    "REF_CONFLICT": "Two partners are named, or people took them apart: match each with its own.",
    "REF_MISSING": "Find the reference with the nearest entry named, and enter it where it is not.",
    "RFD_DUPLICATE": "Refunded more than was paid: stop it at the gateway, or recover it.",
    "CBK_UNMATCHED": "Contest the chargeback in time; lost, book it and close the break.",
    "CBK_WON_NOT_CREDITED": "The dispute was decided for us: have the gateway pay what is missing.",
    "RFD_NOT_SETTLED": "Ask the gateway why the refund is not in a settlement.",
    "DUP_SAME_SOURCE": "Told twice: find out whether it is real before one of the two is undone.",
    "DUP_PAYMENT": "The customer paid twice for one order: refund one of the payments.",
    "DUP_CROSS_POSTED": "Paid at two banks: ask the gateway which credit holds, return the other.",
    "AMBIGUOUS": "Several fit equally: find out which belong together, and `./recon match` them.",
    "UNSEARCHED": "More candidates than the bound: narrow it down by hand.",
    "STM_CONSISTENCY": "The running balance does not follow from its rows: ask for it anew.",
    "STM_CONTINUITY": "Does not continue the last statement: ask for what lies between.",
    "STM_RESTATED": "The bank corrected a statement: see what moved, then close it: `not_a_break`.",
    "STM_DUPLICATE": "One statement under two names: ask for the one that should have come.",
    "PROOF_UNEXPLAINED": "Escalate today: money moved that no entry and no known cause explains.",
    "DQ_QUARANTINED": "See `./recon quarantine list`; mend or have it sent again, then release.",
    "DQ_CONFLICT": "One id, two contents (`./recon quarantine list`): ask the source which holds.",
    "DQ_SCHEMA": "The source changed its fields: mend its YAML, then `./recon reparse`.",
    "DQ_SHRUNK": "The source left out what it sent before: ask whether that still holds.",
}

# By (code, shape of the reconciliation, side of the break's entry; None: whichever).
_ELSEWHERE: Mapping[tuple[str, str, str | None], str] = MappingProxyType({
    ("MIS_IN_BANK", "ledger_bank", None):
        "Ask the bank for the reference; never moved and nothing suggested, reverse our booking.",
    ("MIS_IN_BANK", "settlement_bank", None):
        "Ask the bank for a credit with the UTR; has it none, have the gateway prove the payout.",
    ("MIS_IN_LEDGER", "ledger_bank", None):
        "Book the movement in the ledger, or ask the bank what it is.",
    ("MIS_IN_LEDGER", "three_way", None):
        "Look the order up in the gateway: what it holds is booked in core, or refunded.",
    ("MIS_IN_LEDGER", "three_way", "gateway"):
        "Look the order up in the gateway: book it in core, or have the gateway undo it.",
    ("MIS_IN_LEDGER", "three_way", "mobile"):
        "Look the order up in the gateway: held there, book it; unknown there, the app is wrong.",
    ("MIS_IN_GATEWAY", "three_way", None):
        "Look the order up in the gateway; where it is unknown, undo our side.",
    ("MIS_IN_GATEWAY", "gateway_settlement", None):
        "Ask the gateway what it settled: it reports no payment or refund of that id.",
    ("MIS_IN_SETTLEMENT", "gateway_settlement", None):
        "Raise it with the gateway: its settlement left this payment out.",
    ("MIS_IN_SETTLEMENT", "settlement_bank", None):
        "Ask the gateway for the settlement of this UTR; is it none of its, ask the bank whose.",
    ("AMT_SHORT", "gateway_settlement", None):
        "The settlement line has less than the gateway reported: claim the rest from it.",
    ("AMT_SHORT", "settlement_bank", None):
        "Less came than the lines give: ask the gateway for the breakup, the bank for the rest.",
    ("AMT_SHORT", "three_way", None):
        "Core holds more than another: the gateway's amount counts; correct who differs from it.",
    ("AMT_OVER", "gateway_settlement", None):
        "The settlement line has more than the gateway reported: ask it which one holds.",
    ("AMT_OVER", "settlement_bank", None):
        "More came than the lines give: ask the gateway for the breakup before any of it is used.",
    ("AMT_OVER", "three_way", None):
        "Core holds less than another: the gateway's amount counts; correct who differs from it.",
    ("AMT_ROUNDING", "gateway_settlement", None):
        "The settlement line rounds otherwise than the gateway's report: have it corrected there.",
    ("AMT_ROUNDING", "three_way", None):
        "A difference of rounding: have the system that differs from the gateway corrected.",
    ("ARITHMETIC", "gateway_settlement", None):
        "The gateway's own figures do not add up: send it the line and its fee.",
    ("ARITHMETIC", "settlement_bank", None):
        "Lines and header of the settlement do not agree: send the gateway both.",
    ("CURRENCY", "gateway_settlement", None):
        "The settlement line is in another currency than the gateway reported: ask which holds.",
    ("CURRENCY", "settlement_bank", None):
        "The credit is in another currency than the lines: ask bank and gateway for the rate.",
    ("DIRECTION", "gateway_settlement", None):
        "Payment in one and refund in the other of the gateway's own reports: ask which holds.",
    ("DUP_SAME_SOURCE", "ledger_bank", "ledger"):
        "Booked twice: find out which is real and reverse the other.",
    ("DUP_SAME_SOURCE", "ledger_bank", "external"):
        "The bank lists it twice: ask whether it moved twice; if so, book or return the second.",
    ("DUP_SAME_SOURCE", "three_way", "ledger"):
        "Booked twice for one order: find out which is real and reverse the other.",
    ("DUP_SAME_SOURCE", "three_way", "mobile"):
        "The app holds two payments of one order: have its records corrected.",
    ("DUP_SAME_SOURCE", "gateway_settlement", None):
        "One id is settled twice: have the gateway say which line holds, and take one back.",
    ("DUP_SAME_SOURCE", "settlement_bank", None):
        "Credited twice for one UTR: ask the bank whether it moved twice, the gateway whose it is.",
    ("STS_REVERSAL_WITHOUT_ORIGINAL", "ledger_bank", "ledger"):
        "Find out what our booking undoes; does it undo nothing, take it back.",
    ("STS_REVERSAL_WITHOUT_ORIGINAL", "ledger_bank", "external"):
        "Ask the bank what it undoes; until then it is no income of ours.",
    ("STS_MOBILE_DIFFERS", "three_way", "gateway"):
        "The app says otherwise than the gateway, and core has none: have the app corrected.",
    ("STS_MOBILE_DIFFERS", "three_way", "mobile"):
        "The app says otherwise than the gateway, and core has none: have the app corrected.",
    ("AMBIGUOUS", "ledger_bank", None):
        "Several partners fit equally: find out which one it is, and `./recon match` it.",
    ("AMBIGUOUS", "three_way", None):
        "Payments of one moment: find out which are one, and `./recon match` them.",
    ("AMBIGUOUS", "settlement_bank", None):
        "Several credits for one UTR: ask the gateway which are its, and `./recon match` them.",
})  # fmt: skip


def steps(
    code: str, shape: str | None, side: str | None, *,
    is_refused_near: bool, suggested_by: str | None, same_money: Sequence[str],
) -> str:  # fmt: skip
    """All there is to do about one break. As `next_step`; `suggested_by`: the beginning of the id
    of the break whose suggestion holds the entry; `same_money`: names of breaks elsewhere.
    """
    told = [REFUSED_STEP] if is_refused_near else []
    if same_money:
        told.append(SAME_MONEY_STEP.format(" and ".join(same_money)))
    if suggested_by is None:
        told.append(next_step(code, shape, side))
    else:
        told.append(SUGGESTED_STEP.format(suggested_by))
    return " ".join(told)


def next_step(code: str, shape: str | None = None, side: str | None = None) -> str:
    """What to do about a break of `code`.

    `shape`: of its reconciliation; `side`: of its entry there, as `Definition.role` names it.
    None: it is not known, or has none; what is said then is true of each.
    """
    general = NEXT_STEPS.get(code, FALLBACK_STEP)
    if shape is None:
        return general
    whole = _ELSEWHERE.get((code, shape, None), general)
    return _ELSEWHERE.get((code, shape, side), whole)
