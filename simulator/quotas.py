"""How often each case is put into a world, and where: (case, window, how many).

`simulator.discrepancies` knows the windows.
"""

from simulator.world_columns import FILE_BANKS

ORDER_QUOTAS = (
    ("LINE_MISSING", "unsettled", 2),
    ("GATEWAY_LOST_SETTLED", "unsettled", 2),
    ("LINE_MISSING", "overdue", 2),
    ("LINE_WRONG", "settled", 2),
    ("LINE_SHORT", "settled", 1),
    ("LINE_OVER", "settled", 1),
    ("LINE_TWICE", "settled", 2),
    ("GATEWAY_LOST", "old", 2),
    ("MOBILE_LOST", "old", 2),
    ("CORE_LOST", "old", 2),
    ("GATEWAY_FAILED", "old", 2),
    ("CORE_FAILED", "old", 2),
    ("MOBILE_FAILED", "old", 1),
    ("MOBILE_PENDING", "old", 1),
    ("GATEWAY_SHORT", "old", 2),
    ("GATEWAY_OVER", "old", 2),
    ("MOBILE_SHORT", "old", 1),
    ("MOBILE_CURRENCY", "old", 1),
    ("CORE_TWICE", "old", 1),
    ("MOBILE_TWICE", "old", 1),
    ("PAID_TWICE", "old", 2),
    ("GATEWAY_LOST", "young", 1),
    ("MOBILE_LOST", "young", 1),
    ("CORE_LOST", "young", 1),
    ("MOBILE_PENDING", "young", 1),
    ("LINE_HELD", "settled", 1),
)
REFUND_QUOTAS = (
    ("LINE_MISSING", "unsettled", 1),
    ("LINE_WRONG", "settled", 1),
    ("LINE_MISSING", "overdue", 1),
    ("CORE_LOST", "old", 1),
    ("MOBILE_LOST", "old", 1),
)
# A bank each.
MOVEMENT_QUOTAS = (
    ("BANK_LOST", "old", 2),
    ("CORE_LOST", "old", 2),
    ("BANK_SHORT", "midnight", 1),
    ("CORE_DIRECTION", "midnight", 1),
    ("BANK_CUT", "old wire", 2),
    ("CORE_BARE", "old alone", 2),
    ("CORE_PARTS", "old", 2),
    ("BANK_SHORT", "old", 1),
    ("BANK_OVER", "old", 1),
    ("CORE_ACCOUNT", "old rupees", 1),
    ("CORE_CURRENCY", "old", 1),
    ("CORE_DIRECTION", "old", 1),
    ("BANK_FAILED", "old", 1),
    ("CORE_FAILED", "old", 1),
    ("BANK_PENDING", "old", 1),
    ("BANK_PENDING_ALONE", "old", 1),
    ("BANK_TWICE", "old", 1),
    ("CORE_TWICE", "old", 1),
    ("BANK_TWINS", "old", 1),
    ("BANK_REVERSED", "old debit", 2),
    ("BOTH_REVERSED", "old debit", 1),
    ("BANK_FAILED_ALONE", "old", 2),
    ("CORE_FAILED_ALONE", "old", 1),
    ("BOTH_FAILED", "old", 1),
    ("BANK_LOST", "young", 1),
    ("CORE_LOST", "young", 1),
    ("BANK_PENDING", "young", 1),
)
# What only a file can do.
FILE_QUOTAS = tuple(("RESTATED", "old", 1, name) for name in FILE_BANKS)
