"""What to do next: a sentence for every break code, and why an open item may wait."""

FALLBACK_STEP = "Open the break (`./recon breaks show ID`) and follow the runbook of its edge."

# Before anything that a code advises, where a refused row may be what a break lacks.
REFUSED_STEP = (
    "Book and reverse nothing before the refused rows below are looked at: if one is its partner,"
    " have it sent again or mend the YAML and `./recon quarantine release` it."
)

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
    "MIS_IN_BANK": "Ask the bank for the reference; if it never moved, reverse our booking.",
    "MIS_IN_LEDGER": "Book the movement in the ledger, or ask the bank what it is.",
    "MIS_IN_GATEWAY": "Look the order up in the gateway; where it is unknown, undo our side.",
    "MIS_IN_MOBILE": "Ask the app team why the order never reached the app's records.",
    "MIS_IN_SETTLEMENT": "Raise it with the gateway: its settlement left this payment out.",
    "MIS_FILE": "See its land and stage tasks; ask the source. It loads by itself when it comes.",
    "AMT_ROUNDING": "A difference of rounding: book it, and have the side that rounds corrected.",
    "AMT_SHORT": "Less moved than we booked: claim the shortfall or correct the ledger.",
    "AMT_OVER": "More moved than we booked: correct the ledger, or have the excess returned.",
    "ARITHMETIC": "The gateway's own figures do not add up: send it the line and its fee.",
    "CURRENCY": "One side holds another currency: correct the side that is wrong.",
    "ACCOUNT": "The money is on another account: move it, or correct the booking.",
    "FEE_ZERO_MDR_CHARGED": "The law lets nobody charge this method: claim the fee with its GST.",
    "FEE_MDR_VARIANCE": "Hold the fee against the contract and claim the difference.",
    "TAX_GST_VARIANCE": "The GST is not that of the fee: have the gateway's invoice corrected.",
    "RESERVE_HELD": "The gateway keeps it back: ask why, and from when on it pays.",
    "DATE": "The amount came outside its days: ask the bank for the date, correct the booking.",
    "DIRECTION": "Debit on one side, credit on the other: correct the side that is wrong.",
    "STS_LEDGER_OK_GW_FAILED": "Ask the gateway for the final status; if it failed, undo ours.",
    "STS_LEDGER_FAILED_GW_OK": "The gateway took the money: book it, or refund the customer.",
    "STS_MOBILE_DIFFERS": "Core and gateway agree: have the app show what they say.",
    "STS_DEBITED_NOT_CONFIRMED": "Have the bank reverse the debit; past its day claim: "
    "`./recon breaks claims`.",
    "STS_BANK_DIFFERS": "Ask the bank for the final status and book that.",
    "STS_DEEMED_PENDING": "Pending past its window: ask for the final status.",
    "STS_REVERSAL_DUE": "One side has undone it: have the other reverse it too.",
    "STS_REVERSAL_WITHOUT_ORIGINAL": "Ask what it undoes; until then it is no income of ours.",
    "FEE_BANK_CHARGE_UNBOOKED": "Book the charge, with its GST, or dispute it with the bank.",
    "NO_EDGE": "Mend its bank or order in the ledger, or write a definition that takes it.",
    "REF_CONFLICT": "Two partners are named, or people took them apart: match each with its own.",
    "REF_MISSING": "Find the reference with the nearest entry named, and enter it where it is not.",
    "RFD_DUPLICATE": "Refunded more than was paid: stop it at the gateway, or recover it.",
    "CBK_UNMATCHED": "Contest the chargeback in time; lost, book it and close the break.",
    "CBK_WON_NOT_CREDITED": "The dispute was decided for us: have the gateway pay the rest.",
    "RFD_NOT_SETTLED": "Ask the gateway why the refund is not in a settlement.",
    "DUP_SAME_SOURCE": "Booked twice: find out which is real and reverse the other.",
    "DUP_PAYMENT": "The customer paid twice for one order: refund one of the payments.",
    "DUP_CROSS_POSTED": "Paid at two banks: ask the gateway which credit holds, return the other.",
    "AMBIGUOUS": "Several partners fit equally: choose one with the candidates listed.",
    "UNSEARCHED": "More candidates than the bound: narrow it down by hand.",
    "STM_CONSISTENCY": "Opening and movements do not give the closing: ask for the statement anew.",
    "STM_CONTINUITY": "Does not continue the last statement: ask for what lies between.",
    "STM_RESTATED": "The bank corrected a statement: see what moved, then close it: `not_a_break`.",
    "STM_DUPLICATE": "One statement under two names: ask for the one that should have come.",
    "PROOF_UNEXPLAINED": "Escalate today: money moved that no entry and no known cause explains.",
    "DQ_QUARANTINED": "See `./recon quarantine list`; mend or have it sent again, then release.",
    "DQ_CONFLICT": "One id, two contents (`./recon quarantine list`): ask the source which holds.",
    "DQ_SCHEMA": "The source changed its fields: mend its YAML, then `./recon reparse`.",
    "DQ_SHRUNK": "The source sent fewer rows than before: ask which ones are gone.",
}
