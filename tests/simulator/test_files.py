"""What the file banks write, byte for byte."""

import csv
import io
import json

from simulator import files
from tests.simulator.small_world import (
    at,
    bank_frame,
    file_frame,
    small_world,
)

AXIS = "AXIS_910010000000001_20260310_10"
KOTAK = "KOTAK_7010000001_20260310_10"


def axis_world(*rows, **about):
    named = ({"file": AXIS, "account_number": "910010000000001", **row} for row in rows)
    listed = {"bank": "axis", "account_number": "910010000000001", "name": AXIS, **about}
    return small_world(banks={"axis": bank_frame(*named)}, files=file_frame(listed))


def only(world, bank):
    [(name, content, seconds)] = files.statements(world, bank)
    return name, content, seconds


def test_axis_to_the_byte():
    world = axis_world(
        {"amount_minor": -150_000_05, "occurred_at": at(10, 21, 7), "reference": "000123"},
        {"description": 'UPI/P2A/1/a "b", c', "status": "FAILED", "occurred_at": at(10, 21, 8)},
    )

    assert only(world, "axis") == (
        AXIS,
        b"Account No,Tran Date,Tran Time,Value Date,Particulars,Chq/Ref No,Debit,Credit,Balance,"
        b"Status\r\n"
        b"910010000000001,10-03-2026,10:21:07,10-03-2026,"
        b"UPI-ASHA-asha@bank-HDFC0000001-409374856309-RENT,000123,"
        b'"1,50,000.05",,"10,50,510.00",SUCCESS\r\n'
        b'910010000000001,10-03-2026,10:21:08,10-03-2026,"UPI/P2A/1/a ""b"", c",409374856310,'
        b',"5,000.00","10,50,510.00",FAILED\r\n'
        b"TRAILER,2,150000.05,5000.00\r\n",
        int(at(11, 2).timestamp()),
    )


def test_the_file_that_lies_lies_in_its_trailer_only():
    honest, lying = (only(axis_world({}, trailer_off_minor=d), "axis")[1] for d in (0, 1_00))

    assert honest.splitlines()[:-1] == lying.splitlines()[:-1]
    assert honest.endswith(b"TRAILER,1,0.00,5000.00\r\n")
    assert lying.endswith(b"TRAILER,1,0.00,5001.00\r\n")


def test_each_hour_and_account_has_its_file_in_order_of_time():
    later = AXIS.replace("_10", "_11")
    world = small_world(
        banks={
            "axis": bank_frame(
                {"file": AXIS, "occurred_at": at(10, 9), "reference": "2"},
                {"file": later, "occurred_at": at(11, 0), "reference": "3"},
                {"file": AXIS, "occurred_at": at(10, 8), "reference": "1"},
            )
        },
        files=file_frame({"bank": "axis", "name": AXIS}, {"bank": "axis", "name": later}),
    )
    found = {
        name: [line[5] for line in [*csv.reader(io.StringIO(content.decode()))][1:-1]]
        for name, content, _ in files.statements(world, "axis")
    }

    assert found == {AXIS: ["1", "2"], later: ["3"]}


def test_kotak():
    row = {"file": KOTAK, "account_number": "7010000001", "occurred_at": at(10, 21, 7)}
    listed = {"bank": "kotak", "account_number": "7010000001", "name": KOTAK}
    world = small_world(
        banks={"kotak": bank_frame(row, row | {"amount_minor": -5, "pending_until": at(12)})},
        files=file_frame(listed),
    )
    name, content, _ = only(world, "kotak")
    statement = json.loads(content)
    first, second = statement.pop("transactions")

    assert name == KOTAK
    assert statement == {
        "account_number": "7010000001",
        "from": "2026-03-10T10:00:00+05:30",
        "to": "2026-03-10T11:00:00+05:30",
        "count": 2,
        "total_debit": "0.05",
        "total_credit": "5000.00",
    }
    assert first == {
        "transaction_id": "T0000",
        "transaction_date": "2026-03-10T10:21:07+05:30",
        "value_date": "2026-03-10",
        "type": "CREDIT",
        "amount": "5000.00",
        "currency": "INR",
        "status": "SUCCESS",
        "channel": "UPI",
        "transaction_type": "TRANSFER",
        "reference_number": "409374856309",
        "description": "UPI-ASHA-asha@bank-HDFC0000001-409374856309-RENT",
        "balance": "1050510.00",
    }
    assert (second["type"], second["amount"], second["status"]) == ("DEBIT", "0.05", "PENDING")


def test_no_rows_no_files(tmp_path):
    for bank in ("axis", "kotak"):
        files.write_statements(small_world(), bank, tmp_path / "host", tmp_path / "corrections")

    assert list((tmp_path / "host").iterdir()) == []


def test_written_twice_they_are_the_same_to_the_second(tmp_path):
    looks = []
    for _ in range(2):
        host = tmp_path / "host"
        files.write_statements(axis_world({}), "axis", host, tmp_path / "corrections")
        looks.append({p.name: (p.read_bytes(), p.stat().st_mtime) for p in host.iterdir()})

    assert looks[0] == looks[1]
    assert set(looks[0]) == {AXIS + ".csv", AXIS + ".done"}
    assert {mtime for _, mtime in looks[0].values()} == {at(11, 2).timestamp()}


RESTATED = (
    {"occurred_at": at(10, 5), "amount_minor": -2_000_00, "balance_minor": 90_000_00},
    {"occurred_at": at(10, 6), "amount_minor": 500_00, "balance_minor": 90_500_00,
     "first_minor": 503_00},
    {"occurred_at": at(10, 7), "amount_minor": -100_00, "balance_minor": 90_400_00},
)  # fmt: skip


def test_a_restated_file_was_wrong_in_one_amount_and_held_a_charge_too_much():
    [(name, content, _)] = files.first_statements(axis_world(*RESTATED), "axis")
    lines = [*csv.reader(io.StringIO(content.decode()))][1:]

    assert name == AXIS
    assert [line[6:9] for line in lines[:-1]] == [
        ["2,000.00", "", "90,000.00"],
        ["", "503.00", "90,503.00"],
        ["100.00", "", "90,403.00"],
        ["59.00", "", "90,344.00"],
    ]
    assert lines[3][4:6] == ["CHARGES/SMS ALERTS", ""]
    assert lines[-1] == ["TRAILER", "4", "2159.00", "503.00"]


def test_only_restated_files_had_a_first_version():
    other = AXIS.replace("_10", "_11")
    world = axis_world({"first_minor": 1}, {"file": other})
    assert [name for name, *_ in files.first_statements(world, "axis")] == [AXIS]
    assert list(files.first_statements(axis_world({}), "axis")) == []


def test_the_first_version_lies_on_the_host_and_the_second_beside_it(tmp_path):
    host, corrections = tmp_path / "host", tmp_path / "corrections"
    world = axis_world(*RESTATED)
    [(_, second, seconds)] = files.statements(world, "axis")
    files.write_statements(world, "axis", host, corrections)
    one, two = host / (AXIS + ".csv"), corrections / (AXIS + ".csv")
    assert b"503.00" in one.read_bytes()
    assert two.read_bytes() == second
    times = [path.stat().st_mtime - seconds for path in (one, two)]
    assert times == [0, files.CORRECTED_SECONDS]
    two.replace(one)  # corrected, it stays so
    files.write_statements(world, "axis", host, corrections)
    assert one.read_bytes() == second
    assert not two.exists()
