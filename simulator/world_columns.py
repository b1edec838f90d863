"""The columns of a world's frames."""

BANKS = ("hdfc", "icici", "sbi", "axis", "kotak")
FILE_BANKS = ("axis", "kotak")

BANK_COLUMNS = (
    "transaction_id",  # axis sends none: here the key the engine must derive
    "account_number",
    "amount_minor",  # signed, positive = into the account
    "amount_text",  # blank; else the garbled text to send in place of the amount
    "first_minor",  # 0; else the amount in the file's first version, which was wrong
    "currency",
    "status",  # final: SUCCESS, FAILED or PENDING (for ever)
    "pending_until",  # NaT, or PENDING before this moment
    "occurred_at",
    "visible_at",  # axis and kotak: the end of the file's hour
    "value_date",  # datetime64[s], the IST day
    "channel",  # canonical: UPI, ATM, ONLINE, POS
    "transaction_type",
    "reference",  # the reference field as sent; may be blank
    "description",  # the narration in this bank's style
    "balance_minor",  # running balance of the account after this row
    "file",  # axis and kotak: the stem of its file's name; else blank
)
# Razorpay's own fields, then what a server needs to answer as at a moment (epoch seconds, Int64).
# `notes` and `acquirer_data` are JSON text; a blank acquirer_data is a field left out.
PAYMENT_FIELDS = (
    "id", "entity", "amount", "currency", "status", "order_id", "invoice_id", "international",
    "method", "amount_refunded", "refund_status", "captured", "description", "card_id", "bank",
    "wallet", "vpa", "email", "contact", "notes", "fee", "tax", "error_code", "error_description",
    "error_source", "error_step", "error_reason", "acquirer_data", "created_at",
)  # fmt: skip
PAYMENT_HISTORY = ("authorized_at", "captured_at", "failed_at", "refunded_at")
REFUND_FIELDS = (
    "id", "entity", "amount", "currency", "payment_id", "notes", "receipt", "acquirer_data",
    "created_at", "batch_id", "status", "speed_processed", "speed_requested",
)  # fmt: skip
REFUND_HISTORY = ("processed_at",)  # pending before
SETTLEMENT_FIELDS = ("id", "entity", "amount", "status", "fees", "tax", "utr", "created_at")
LINE_FIELDS = (
    "entity_id", "type", "debit", "credit", "amount", "currency", "fee", "tax", "on_hold",
    "settled", "created_at", "settled_at", "settlement_id", "posted_at", "credit_type",
    "description", "notes", "payment_id", "settlement_utr", "order_id", "order_receipt", "method",
    "card_network", "card_issuer", "card_type", "dispute_id",
)  # fmt: skip
LEDGER_COLUMNS = (
    "txn_id", "order_id", "account_id", "bank_code", "amount_minor", "direction", "currency",
    "status", "channel", "transaction_type", "reference_number", "merchant_id", "description",
    "booked_at", "value_date", "updated_at",
)  # fmt: skip  # `amount_minor` is unsigned; the table's `amount` is its decimal
BALANCE_COLUMNS = ("account_id", "business_date", "currency", "closing_balance_minor")
ACCOUNT_COLUMNS = (
    "account_number", "bank_code", "currency",
    "opening_date",  # the business date at whose end the opening balances stood
    "opening_ledger_minor", "opening_statement_minor",
)  # fmt: skip
FILE_COLUMNS = (
    "bank", "account_number", "hour_start", "name", "visible_at", "rows",
    "trailer_off_minor",  # added to the declared total credit: not 0 in the file that lies
)  # fmt: skip
