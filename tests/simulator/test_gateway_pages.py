"""The gateway's payments as pages on disk, and the command that writes them."""

import json

import pytest

from simulator import gateway_pages
from simulator.__main__ import main
from simulator.order_side import many_payments
from simulator.world import PAYMENT_FIELDS, PAYMENT_HISTORY
from tests.simulator.small_world import ANCHOR, at, gateway_frame, payment


def items_of(folder):
    pages = [json.loads(path.read_bytes()) for path in sorted(folder.iterdir())]
    return [item for page in pages for item in page["items"]]


def test_payments_as_pages_on_disk(tmp_path):
    rows = [payment(f"pay_{i:03d}", at(10, i // 60, i % 60)) for i in range(201)]
    frame = gateway_frame(PAYMENT_FIELDS, PAYMENT_HISTORY, *rows)

    assert gateway_pages.write_pages(frame, tmp_path) == 3
    pages = [json.loads(path.read_bytes()) for path in sorted(tmp_path.iterdir())]
    assert [page["count"] for page in pages] == [100, 100, 1]
    assert {item["status"] for page in pages for item in page["items"]} == {"captured"}
    assert [item["id"] for page in pages for item in page["items"]] == [row["id"] for row in rows]


def test_a_few_payments_become_many(tmp_path, monkeypatch):
    monkeypatch.setattr(gateway_pages, "CHUNK_ROWS", 200)
    rows = [payment(f"pay_{i}", at(10, i)) for i in range(3)]
    frame = gateway_frame(PAYMENT_FIELDS, PAYMENT_HISTORY, *rows)

    assert gateway_pages.write_pages(frame, tmp_path, rows=450) == 5
    pages = [json.loads(path.read_bytes()) for path in sorted(tmp_path.iterdir())]
    assert [page["count"] for page in pages] == [100, 100, 100, 100, 50]
    assert len({item["id"] for page in pages for item in page["items"]}) == 450
    with pytest.raises(ValueError, match="no payments"):
        gateway_pages.write_pages(frame.head(0), tmp_path, rows=1)


def test_the_command_writes_the_mix_of_a_world(tmp_path, capsys):
    asked = ["pages", "--folder", str(tmp_path), "--rows", "2001", "--anchor", ANCHOR.isoformat()]
    assert main([*asked, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"files": 21}
    items = items_of(tmp_path)
    assert len({item["id"] for item in items}) == len(items) == 2001
    assert {item["method"] for item in items} == {"upi", "card", "netbanking"}
    assert {item["status"] for item in items} == {"captured", "refunded", "failed"}
    assert {item["refund_status"] for item in items} == {None, "full"}
    assert {type(item["notes"]) for item in items} == {list, dict, str, type(None)}
    assert 0 < sum("acquirer_data" not in item for item in items) < 200


def test_the_same_seed_gives_the_same_pages():
    one, again = (many_payments(2, 300, ANCHOR) for _ in range(2))
    assert one.equals(again)
    assert not one.equals(many_payments(3, 300, ANCHOR))


def test_more_than_are_drawn_come_again_under_other_ids(tmp_path, monkeypatch):
    monkeypatch.setattr("simulator.__main__.PAYMENTS_DRAWN_MAX", 100)
    for rows, is_numbered in ((100, False), (101, True)):
        folder = tmp_path / str(rows)
        assert main(["pages", "--folder", str(folder), "--rows", str(rows)]) == 0
        ids = {item["id"] for item in items_of(folder)}
        assert len(ids) == rows
        assert ("pay_00000000000000" in ids) == is_numbered


@pytest.mark.parametrize(
    "words", [["--rows", "5"], ["--folder", "x"], ["--folder", "x", "--rows", "0"]]
)
def test_pages_without_a_place_or_a_number_are_misuse(words, capsys):
    assert main(["pages", *words]) == 2
    assert "--folder and --rows" in capsys.readouterr().err
