"""Whatever came, in whatever order, by whichever runs: the same live groups and live breaks.

Every subject has a life: states it was in, restated, retracted, back again. The lives are told
interleaved, with runs between; what stands at the end is what one run makes of the last states
alone, and what the whole waterfall makes of the same history from nothing.
`RECON_EXAMPLES` asks for more worlds than the suite has time for.
"""

import os
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sql.ledger_book import DAY, Row, at

END = at(0, day=DAY + timedelta(days=10))
MOMENTS = [at(12), at(0, day=DAY + timedelta(days=2)), at(0, day=DAY + timedelta(days=5))]
STATUSES = ["SUCCESS", "SUCCESS", "SUCCESS", "FAILED", "PENDING"]
NEAR = [at(10), at(10), at(11), at(23, 59, 59), at(0, day=DAY + timedelta(days=1)),
        at(12, day=DAY + timedelta(days=3)), at(12, day=DAY + timedelta(days=4))]  # fmt: skip


def subject(source, key, **drawn):
    """A strategy of this one entry's states; what varies is drawn anew for each."""
    fixed = {name: value for name, value in drawn.items() if not isinstance(value, list)}
    varied = {name: st.sampled_from(value) for name, value in drawn.items() if name not in fixed}
    held = {name: st.just(value) for name, value in fixed.items()}
    return st.builds(Row, source=st.just(source), key=st.just(key), **held, **varied)


def movements(source, count):
    """What can meet and differ between ledger and bank: references, amounts, accounts, days."""
    return [
        subject(
            source, f"{source[0]}{number}",
            amount=[100_00, 100_00, 90_00, 99_50, 200_00, -100_00],
            currency=["INR", "INR", "INR", "USD"], status=STATUSES, at=NEAR,
            account=["50100000001111", "50100000001111", "50100000002222"],
            rrn=[None, "1", "1", "2"], utr=[None, None, "U", "V"],
            reference=[None, None, "SBIN32214705", "SBIN322147057322"],
        )
        for number in range(count)
    ]  # fmt: skip


def attempts(source, prefix, *, has_ids):
    """An order's payments and refunds as one of its three systems holds them."""
    ids = {"payment_id": ["pay_1", "pay_2"]} if has_ids else {}
    paid = [
        subject(source, f"{prefix}{number}", type="PAYMENT", bank_code=None,
                order_id=["order_1", "order_1", "order_2"], amount=[100_00, 100_00, 90_00],
                status=STATUSES, at=NEAR, **ids)
        for number in range(2)
    ]  # fmt: skip
    refunds = [
        subject(source, f"{prefix}r{number}", type="REFUND", bank_code=None,
                order_id=["order_1", "order_1", None], amount=[-40_00, -40_00, -30_00],
                status=STATUSES, at=NEAR, **ids)
        for number in range(2)
    ]  # fmt: skip
    return [*paid, *refunds]


LINE = {"fee": [2_36, 2_36, 0], "settlement_id": "setl_1",
        "settlement_utr": ["UTR1", "UTR1", "UTR2"], "status": STATUSES[:4], "at": NEAR}  # fmt: skip
LINES = [
    subject("razorpay_settlement", "pay_1@setl_1", type="PAYMENT", gross=[100_00, 100_00, 99_50],
            amount=[97_64, 97_64, 100_00], **LINE),
    subject("razorpay_settlement", "pay_1@setl_2", type="PAYMENT", gross=100_00,
            amount=97_64, **LINE),
    subject("razorpay_settlement", "rfnd_1@setl_1", type="REFUND", gross=40_00,
            amount=[-40_00, -40_00, -42_36], **(LINE | {"fee": 0})),
]  # fmt: skip
EDGES = {
    "core_hdfc": [*movements("core", 4), *movements("hdfc", 4)],
    "core_gateway_mobile": [
        *attempts("core", "C", has_ids=False),
        *attempts("razorpay", "pay_", has_ids=True),
        *attempts("mobile", "M", has_ids=False),
    ],
    "gateway_settlement": [
        subject("razorpay", "pay_1", type="PAYMENT", payment_id="pay_1", status=STATUSES,
                amount=[100_00, 100_00, 99_50], at=NEAR),
        subject("razorpay", "rfnd_1", type="REFUND", payment_id="pay_1", status=STATUSES,
                amount=[-40_00, -40_00, -30_00], at=NEAR),
        *LINES,
    ],
    "settlement_bank": [
        *LINES,
        *(
            subject("hdfc", f"B{number}", amount=[57_64, 57_64, 97_64, 40_00], at=NEAR,
                    settlement_utr=["utr1", "UTR1", "UTR2"], status=STATUSES)
            for number in range(3)
        ),
    ],
}  # fmt: skip


def life(state):
    """One to three states, None for retracted; the first is there."""
    later = st.lists(st.one_of(state, state, st.none()), max_size=2)
    return st.builds(lambda first, rest: [first, *rest], state, later)


@pytest.mark.timeout(0 if "RECON_EXAMPLES" in os.environ else 300)
@pytest.mark.parametrize("edge", EDGES)
@settings(
    max_examples=int(os.environ.get("RECON_EXAMPLES", "3")), deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow,
                           HealthCheck.data_too_large],
)  # fmt: skip
@given(data=st.data())
def test_what_stands_is_a_function_of_what_is(book, edge, data):
    chosen = data.draw(st.lists(st.sampled_from(EDGES[edge]), min_size=1, max_size=8, unique=True))
    lives = [data.draw(life(state)) for state in chosen]
    places = [number for number, states in enumerate(lives) for _ in states]
    told = dict.fromkeys(range(len(lives)), 0)

    book.forget()
    for number in data.draw(st.permutations(places)):
        states = lives[number][: told[number] + 1]
        told[number] += 1
        tell(book, states)
        if data.draw(st.booleans()):
            book.reconcile(edge, data.draw(st.sampled_from(MOMENTS)))
    for _ in range(2):
        book.reconcile(edge, END)
    in_any_order = standing(book, edge)

    book.forget_results()
    book.reconcile(edge, END)
    assert standing(book, edge) == in_any_order

    book.forget()
    last = [states[-1] for states in lives if states[-1] is not None]
    for source in sorted({row.source for row in last}):
        book.load(*(row for row in last if row.source == source))
    book.reconcile(edge, END)
    assert standing(book, edge) == in_any_order


def tell(book, states):
    """The newest of the states, to a book that knows the others."""
    if states[-1] is not None:
        book.load(states[-1])
    elif states[-2:-1] != [None]:
        book.load(gone=[states[0]])


def standing(book, edge):
    breaks = {(row["break_id"], row["code"]) for row in book.live_breaks(edge)}
    return book.group_ids(edge), book.groups(edge), breaks
