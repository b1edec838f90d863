"""The shipped Axis and Kotak layouts: a file proves itself, or is refused with both figures."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from adapters.base import Payload
from adapters.config import load_source
from adapters.errors import DeliveryRefused, MisconfiguredSource, SchemaDrift
from adapters.statement_files import StatementFiles
from expectations import validate
from reconciliation.model import ENTRY_COLUMNS
from tests.adapters.statement_bodies import (
    ACCOUNT,
    AXIS,
    HEADER,
    KOTAK,
    axis_body,
    axis_file,
    axis_line,
    axis_lines,
    kotak_content,
    kotak_file,
    kotak_row,
)

ADAPTERS = Path(__file__).parents[2] / "adapters"
SUFFIX = {"axis": ".csv", "kotak": ".json"}
PARTS = {"axis": AXIS, "kotak": KOTAK}


@pytest.fixture
def layout():
    def load(source):
        config = load_source(ADAPTERS / f"{source}.yaml", {})
        return StatementFiles(config, config.datasets["transactions"])

    return load


def payload(body: bytes, source: str = "axis", part: str | None = None) -> Payload:
    part = part or PARTS[source]
    return Payload("transactions", part, part + SUFFIX[source], body, datetime.now(UTC))


def judged(files, rows):
    dataset = files.dataset
    return validate(dataset.suite, rows, required=dataset.required, patterns=dataset.patterns)


@pytest.mark.parametrize(
    ("source", "body"),
    [("axis", axis_file(50_000, -20_000, 1)), ("kotak", kotak_file(50_000, -20_000, 1))],
    ids=["axis", "kotak"],
)
def test_a_file_that_proves_itself_becomes_entries(layout, source, body):
    files = layout(source)
    rows = files.parse(payload(body, source))
    verdict = judged(files, rows)
    entries = files.entries(rows[verdict.accepted])

    assert verdict.accepted.all()
    assert dict(entries.dtypes.astype(str)) == ENTRY_COLUMNS
    assert entries["amount_minor"].tolist() == [50_000, -20_000, 1]
    assert entries["balance_minor"].tolist() == [60_000, 40_000, 40_001]
    assert entries["direction"].tolist() == ["CREDIT", "DEBIT", "CREDIT"]
    first = entries.iloc[0]
    assert first["occurred_at"] == pd.Timestamp("2026-03-10 04:51:07", tz="UTC")
    assert first["booking_date"] == first["value_date"] == pd.Timestamp("2026-03-10")
    assert (first["rrn"], first["status"], first["channel"]) == ("606652473915", "SUCCESS", "UPI")
    assert first["bank_code"] == source.upper()
    assert files.control(body) == {
        "count": "3", "total_debit": "200.00", "total_credit": "500.01",
    }  # fmt: skip


def test_axis_has_no_ids_and_kotak_has(layout):
    axis, kotak = layout("axis"), layout("kotak")
    without = axis.entries(axis.parse(payload(axis_file(100))))
    named = kotak.entries(kotak.parse(payload(kotak_file(100), "kotak")))

    assert without[["entry_key", "txn_id"]].isna().all(axis=None)
    assert named["entry_key"].tolist() == named["txn_id"].tolist() == ["KKBK000000000000"]


def test_indian_grouping_a_settlement_credit_and_what_the_narration_says(layout):
    narration = "NEFT/1773203651hia1vf/RAZORPAY SOFTWARE PRIVATE LIMITED/RATN"
    line = axis_line(
        0, 0, narration=narration, reference="1773203651hia1vf", debit="", credit='"1,50,000.00"'
    ).replace(",0.00,SUCCESS", ',"11,50,000.00",SUCCESS')
    files = layout("axis")
    entries = files.entries(files.parse(payload(axis_body([line], credit=15_000_000))))

    assert entries["amount_minor"].tolist() == [15_000_000]
    assert entries["settlement_utr"].tolist() == ["1773203651HIA1VF"]
    assert (entries["channel"].item(), entries["transaction_type"].item()) == ("ONLINE", "TRANSFER")
    assert files.parse(payload(axis_body([]))).empty  # header and totals of an empty hour


@pytest.mark.parametrize(
    ("status", "moves"), [("SUCCESS", True), ("FAILED", False), ("PENDING", False), ("ODD", False)]
)
def test_only_success_moves_the_balance(layout, status, moves):
    files = layout("axis")
    lines = [
        axis_line(500, 1_500),
        axis_line(300, 1_800 if moves else 1_500, status=status),
        axis_line(-100, 1_700 if moves else 1_400),
    ]
    rows = files.parse(payload(axis_body(lines, (500, 300, -100))))
    assert len(rows) == 3

    lines[1] = axis_line(300, 1_500 if moves else 1_800, status=status)
    with pytest.raises(DeliveryRefused, match="balance after row 2 should be"):
        files.parse(payload(axis_body(lines, (500, 300, -100))))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (axis_body(axis_lines(500, -200), (500, -200), count=3), "declares '3' rows, has 2"),
        (axis_body(axis_lines(500, -200), (500, -200), credit=501), "credit of 5.01.*up to 5.00"),
        (axis_body(axis_lines(500, -200), (500, -200), debit=199), "debit of 1.99.*up to 2.00"),
        (axis_body(axis_lines(500), (500,), trailer="TRAILER,1,0.00,5"), "cannot be read"),
        (axis_body(axis_lines(500), (500,), trailer="TRAILER,1,0.00,1e3"), "cannot be read"),
        (axis_body(axis_lines(500), (500,), trailer="END"), "no TRAILER line"),
        (axis_body(axis_lines(500), (500,), trailer="TRAILER,1,5.00"), "no TRAILER line"),
        (axis_body(axis_lines(500, -200), (500, -200)).rsplit(b"TRAILER", 1)[0], "no TRAILER line"),
        (axis_body(axis_lines(500, account="919486494471373"), (500,)), "another account"),
        (axis_body([axis_line(500, 1_500), axis_line(1, 1_502)], (500, 1)), "15.01 and is 15.02"),
        (b"", "is empty"),
        (b"\r\n \r\n", "is empty"),
        (b"<!DOCTYPE html><html>Sorry</html>\nTRAILER,0,0.00,0.00", "not the agreed header"),
    ],
)  # fmt: skip
def test_axis_files_that_contradict_themselves(layout, body, says):
    with pytest.raises(DeliveryRefused, match=says) as refused:
        layout("axis").parse(payload(body))

    assert ACCOUNT not in str(refused.value)
    assert refused.value.evidence.body == body
    assert layout("axis").control(b"nonsense") == {}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (kotak_content(500, count=2), "declares '2' rows, has 1"),
        (kotak_content(500, total_credit="5.01"), "credit of 5.01.*up to 5.00"),
        (kotak_content(500, total_debit="0.01"), "debit of 0.01.*up to 0.00"),
        (kotak_content(500, account_number="6431385087"), "another account"),
        (kotak_content(500, total_debit=None), "does not declare its total_debit"),
        (kotak_content(500, transactions={}), "no list of transactions"),
        (kotak_content(500, transactions=[kotak_row(0, 500, 1), 7]), "no list of transactions"),
        (["no object"], "not one JSON object"),
    ],
)
def test_kotak_files_that_contradict_themselves(layout, content, says):
    with pytest.raises(DeliveryRefused, match=says):
        layout("kotak").parse(payload(json.dumps(content).encode(), "kotak"))


def test_debit_and_credit_inverted_for_a_whole_file_do_not_fit_its_balances(layout):
    lines = [axis_line(-500, 1_500), axis_line(200, 1_300)]  # balances of +500, −200
    with pytest.raises(DeliveryRefused, match="balance after row 2"):
        layout("axis").parse(payload(axis_body(lines, (-500, 200))))


def test_an_unreadable_amount_keeps_its_row_aside_and_the_file_goes_on(layout):
    files = layout("axis")
    # The bank's total counts it; whether its balance moved or not, the rest is proven.
    for moved in (300, 0):
        lines = [
            axis_line(500, 1_500),
            axis_line(0, 1_500 + moved, credit="1;23.4x"),
            axis_line(-100, 1_400 + moved),
        ]
        rows = files.parse(payload(axis_body(lines, (500, 300, -100))))
        verdict = judged(files, rows)
        assert verdict.accepted.tolist() == [True, False, True]
        assert verdict.rejected["reason"].tolist() == [
            'credit is not written as agreed (written like "9;99.9A")'
        ]

    with pytest.raises(DeliveryRefused, match="total debit"):  # not the side that can be the gap
        files.parse(payload(axis_body(lines, (500, -100), debit=400)))
    lines[2] = axis_line(-100, 1_401)
    with pytest.raises(DeliveryRefused, match="balance after row 3"):
        files.parse(payload(axis_body(lines, (500, 300, -100))))


def test_a_row_without_a_balance_is_stepped_over(layout):
    line = axis_line(300, 1_800).replace(",18.00,", ",,")
    body = axis_body([axis_line(500, 1_500), line, axis_line(1, 1_801)], (500, 300, 1))
    assert len(layout("axis").parse(payload(body))) == 3

    body = axis_body([axis_line(500, 1_500), line, axis_line(1, 1_802)], (500, 300, 1))
    with pytest.raises(DeliveryRefused, match="balance after row 3"):
        layout("axis").parse(payload(body))


@pytest.mark.parametrize(
    ("column", "bad"),
    [
        ("day", "31-02-2026"), ("day", "10/03/2026"), ("day", "10-03-26"), ("day", "10-13-2026"),
        ("day", "10-03-0026"), ("time", "24:00:00"), ("time", "10:21"),
        ("value_date", "29-02-2026"), ("credit", "5"), ("credit", "5.000"), ("credit", "-5.00"),
        ("credit", "٥.٠٠"), ("credit", "5.00 Cr"), ("credit", "NaN"), ("credit", "1e2"),
    ],
)  # fmt: skip
def test_a_row_with_text_outside_the_grammar_is_kept_aside(layout, column, bad):
    files = layout("axis")
    lines = [axis_line(500, 1_500, **{column: bad}), axis_line(100, 1_600)]
    rows = files.parse(payload(axis_body(lines, (500, 100))))
    verdict = judged(files, rows)

    assert verdict.accepted.tolist() == [False, True]
    assert files.entries(rows[verdict.accepted])["row_no"].tolist() == [1]


def test_one_id_twice_in_a_kotak_file(layout):
    files = layout("kotak")
    same, other = kotak_row(1, 100, 1_100), kotak_row(1, 200, 1_300)
    torn = kotak_content(100, 200, transactions=[same, other])
    verdict = judged(files, files.parse(payload(json.dumps(torn).encode(), "kotak")))
    assert verdict.accepted.tolist() == [False, False]
    assert verdict.rejected["code"].tolist() == ["DQ_CONFLICT"] * 2

    twice = kotak_content(
        100, 0, transactions=[same | {"status": "FAILED", "balance": "10.00"}] * 2
    )
    twice |= {"total_credit": "2.00"}
    verdict = judged(files, files.parse(payload(json.dumps(twice).encode(), "kotak")))
    assert verdict.accepted.tolist() == [True, False]
    assert verdict.repeated == 1
    assert verdict.rejected.empty


def test_a_header_that_lost_gained_or_repeats_a_column(layout):
    files = layout("axis")
    lost = HEADER.replace(",Credit", "")
    with pytest.raises(SchemaDrift, match="lost Credit"):
        files.parse(payload(axis_body([], header=lost)))
    with pytest.raises(SchemaDrift, match="Debit twice"):
        files.parse(payload(axis_body([], header=HEADER.replace("Credit", "Debit"))))
    line = axis_line(500, 1_500) + ",BR01"
    rows = files.parse(payload(axis_body([line], (500,), header=HEADER + ",Branch")))

    assert rows.attrs["new_fields"] == ["Branch"]
    assert "Branch" not in rows


def test_a_field_of_kotak_that_is_gone_or_another_type(layout):
    files = layout("kotak")
    gone = [{k: v for k, v in kotak_row(0, 5, 5).items() if k != "value_date"}]
    with pytest.raises(SchemaDrift, match="no row has value_date"):
        files.parse(payload(kotak_file(5, transactions=gone), "kotak"))
    retyped = [kotak_row(0, 5, 5, amount={"value": "0.05"})]
    with pytest.raises(SchemaDrift, match="amount is no text"):
        files.parse(payload(kotak_file(5, transactions=retyped), "kotak"))
    mixed = [kotak_row(0, 5, 5), kotak_row(1, 5, 10, status=["SUCCESS"])]
    with pytest.raises(DeliveryRefused, match="status is no text or number in some"):
        files.parse(payload(kotak_file(5, 5, transactions=mixed), "kotak"))
    new = [kotak_row(0, 5, 5, branch="BR01")]
    rows = files.parse(payload(kotak_file(5, transactions=new), "kotak"))
    assert rows.attrs["new_fields"] == ["branch"]


def test_many_files_at_once_and_where_each_row_came_from(layout):
    files = layout("axis")
    rows = files.parse_many(
        [payload(axis_file(1, 2)), payload(axis_body([])), payload(axis_file(3))]
    )

    assert rows["payload_no"].tolist() == [0, 0, 2]
    assert rows["row_no"].tolist() == [0, 1, 0]
    assert judged(files, rows).accepted.all()
    bad = payload(axis_body(axis_lines(5), (5,), count=2))
    with pytest.raises(DeliveryRefused) as refused:
        files.parse_many([payload(axis_file(1)), bad])
    assert refused.value.evidence is bad


@pytest.mark.parametrize(
    ("day", "is_refused"), [("10-03-2026", False), ("09-03-2026", True), ("11-03-2026", True)]
)
def test_rows_of_another_day_than_the_name_says(layout, day, is_refused):
    body = axis_body([axis_line(500, 1_500), axis_line(100, 1_600, day=day)], (500, 100))
    if is_refused:
        with pytest.raises(DeliveryRefused, match="1 rows are of another day"):
            layout("axis").parse(payload(body))
    else:
        assert len(layout("axis").parse(payload(body))) == 2


def test_a_short_account_number_is_covered_too(layout):
    with pytest.raises(DeliveryRefused, match=r"AXIS_••••0310_20260310_10\.csv: holds rows"):
        layout("axis").parse(payload(axis_file(1), part="AXIS_20260310_20260310_10"))


def test_a_name_that_is_not_agreed_is_no_statement(layout):
    with pytest.raises(DeliveryRefused, match="not a name agreed"):
        layout("axis").parse(payload(axis_file(1), part="AXIS_20260310_10"))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("type: delimited, trailer: TRAILER", "type: xml", "expected one of delimited, json"),
        ("      debit: Debit\n", "", r"fields.debit: missing|debit is not under fields"),
        (r"(?P<account>[0-9]{4,20})", "[0-9]+", "needs the groups account and day"),
        ("(?P<day>[0-9]{8})", "(?P<day>[0-9]{8}", "no pattern"),
        ("grammar: indian,", "grammar: roman,", "grammar"),
        ("credit, balance, status]", "credit, balance]", "status must be under required too"),
        ("narration_word:", "narration_wort:", "unknown key"),
    ],
)
def test_a_slip_in_the_yaml_names_file_and_key(tmp_path, old, new, says):
    text = (ADAPTERS / "axis.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "axis.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def load():
        config = load_source(path, {})
        return StatementFiles(config, config.datasets["transactions"])

    with pytest.raises(MisconfiguredSource, match=says) as problem:
        load()
    assert "axis.yaml, line" in str(problem.value)
