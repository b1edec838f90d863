"""Sources from YAML: what is read, what is refused and where it says so."""

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.config import load_source, load_sources, open_source, settings_of
from adapters.errors import MisconfiguredSource

SOURCE = """\
kind: rest
adapter: adapters.rest.RestSource
status: documented placeholder
bank_code: ACME
currency: INR
calendar: india_bank
trailing_window: 24h
deep_window: 7d
late_after: 15m
rate_limit: {requests: 500, per: 1h}
nightly_share: 40%
url: ${ACME_URL}
auth:
  first_of:
    - {type: bearer, token: "${ACME_TOKEN}"}
    - {type: basic, user: "${ACME_USER}", password: "${ACME_PASSWORD}"}
datasets:
  transactions:
    kind: entries
    suite: bank_statement
    later_delivery: adds
    fields: {txn_id: id, rrn: acquirer.rrn}
    required: [txn_id]
    patterns: {txn_id: '[0-9]+'}
    known: [notes]
"""


@pytest.fixture
def load(tmp_path):
    def from_text(text, environment=None, name="acme"):
        path = tmp_path / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        return load_source(path, environment or {})

    return from_text


def test_a_source_is_read_whole(load):
    config = load(SOURCE)
    assert (config.name, config.kind, config.bank_code) == ("acme", "rest", "ACME")
    assert config.trailing_window == timedelta(hours=24)
    assert config.deep_window == timedelta(days=7)
    assert config.late_after == timedelta(minutes=15)
    assert config.rate_limit == (500, timedelta(hours=1))
    assert config.nightly_share == 0.4
    dataset = config.datasets["transactions"]
    assert dataset.required == ("txn_id",)
    # The names a source sends: a dotted field is known by its object.
    assert {"id", "acquirer", "notes"} <= dataset.known
    assert set(settings_of(config)) == {"url", "auth"}


def test_variables_that_are_not_set_are_missing_and_no_error(load):
    config = load(SOURCE)
    assert config.missing == ("ACME_URL", "ACME_USER", "ACME_PASSWORD")
    with pytest.raises(MisconfiguredSource, match=r"acme\.yaml.*set ACME_URL, ACME_USER"):
        settings_of(config).expand(config.environment)


def test_an_empty_variable_is_not_set(load):
    assert "ACME_URL" in load(SOURCE, {"ACME_URL": "", "ACME_TOKEN": "t"}).missing


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"ACME_TOKEN": "t"}, "bearer"),
        ({"ACME_USER": "u", "ACME_PASSWORD": "p"}, "basic"),
        ({"ACME_TOKEN": "t", "ACME_USER": "u", "ACME_PASSWORD": "p"}, "bearer"),
    ],
)
def test_the_first_way_whose_variables_are_set_is_taken(load, given, kind):
    config = load(SOURCE, {"ACME_URL": "https://acme", **given})
    assert config.missing == ()
    assert settings_of(config).expand(config.environment).section("auth").text("type") == kind


def test_one_variable_stands_in_for_another_and_a_default_for_both(load):
    text = SOURCE.replace("${ACME_URL}", "${ACME_URL|BANK_URL:-https://none}")
    assert "ACME_URL" not in load(text).missing
    for environment, url in [
        ({}, "https://none"),
        ({"BANK_URL": "https://b"}, "https://b"),
        ({"BANK_URL": "https://b", "ACME_URL": "https://a"}, "https://a"),
    ]:
        config = load(text, {"ACME_TOKEN": "t", **environment})
        assert settings_of(config).expand(config.environment).text("url") == url


def test_a_secret_is_in_no_text_of_the_config(load):
    config = load(SOURCE, {"ACME_URL": "https://acme", "ACME_TOKEN": "s3cret", "OTHER": "x"})
    assert config.environment["ACME_TOKEN"] == "s3cret"
    assert "OTHER" not in config.environment
    assert "s3cret" not in repr(config) + str(config) + repr(config.settings)


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ("kind: rest", "kind: soap", 1, "kind"),
        ("trailing_window: 24h", "trailing_window: 24", 7, "trailing_window"),
        ("trailing_window: 24h", "trailing_window: 1w", 7, "trailing_window"),
        ("late_after: 15m", "late: 15m", 1, "late_after: missing"),
        ("per: 1h", "every: 1h", 10, "rate_limit.every"),
        ("requests: 500", "requests: 0", 10, "rate_limit.requests"),
        ("requests: 500", "requests: true", 10, "rate_limit.requests"),
        ("40%", "0.4", 11, "nightly_share"),
        ("40%", "140%", 11, "nightly_share"),
        ("currency: INR", "currency: XXX", 5, "currency"),
        ("currency: INR", "currency: INR\ncurrency: INR", 6, "currency: given twice"),
        ("suite: bank_statement", "suite: bank", 20, "datasets.transactions.suite"),
        ("required: [txn_id]", "required: [amount]", 23, "required"),
        ("patterns: {txn_id: '[0-9]+'}", "patterns: {txn_id: '[0-9'}", 24, "patterns.txn_id"),
        ("later_delivery: adds", "later_delivery: 2026-03-10", 21, "quote it"),
        ("adapter: adapters.rest.RestSource", "adapter: os; import x", 2, "adapter"),
    ],
)
def test_an_error_names_file_line_and_key(load, old, new, line, key):
    assert old in SOURCE
    with pytest.raises(MisconfiguredSource) as error:
        load(SOURCE.replace(old, new, 1))
    assert f"acme.yaml, line {line}, " in str(error.value)
    assert key in str(error.value)


def test_what_is_no_yaml_is_refused_with_its_line(load):
    with pytest.raises(MisconfiguredSource, match=r"acme\.yaml, line 3: not YAML"):
        load("a: 1\nb: [\n")
    with pytest.raises(MisconfiguredSource, match="expected a mapping"):
        load("- a\n")


def test_a_class_that_is_not_there_is_a_configuration_error(load):
    config = load(SOURCE.replace("rest.RestSource", "rest.NoSuch"))
    with pytest.raises(MisconfiguredSource, match=r"adapters\.rest\.NoSuch"):
        open_source(config, None)


def test_every_shipped_source_loads_and_opens_unconfigured():
    sources = load_sources(Path(__file__).parents[2] / "adapters", {})
    assert {"hdfc", "icici", "sbi", "razorpay", "razorpay_settlement"} <= set(sources)
    for config in sources.values():
        if config.kind == "rest":
            assert config.missing
            source = open_source(config, None)
            assert source.check() == [
                f"{config.name}: not configured: set {', '.join(config.missing)}"
            ]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("rows: data\n", "rows: data\n    row: x\n", "row: unknown key"),
        ("type: cursor,", "type: magic,", "paging.type"),
        ("type: cursor,", "type: offset,", "paging"),
        ("form: iso", "form: iso, zone: x", "window.zone"),
        ("grammar: plain", "grammar: roman", "amount.grammar"),
        ("CREDIT: CREDIT", "CREDIT: UP", "words.direction.CREDIT"),
        ("txn_id: transaction_id", "id: transaction_id", "required"),
        ("(?P<rrn>[0-9]{12})-'", "(?P<number>[0-9]{12})-'", "slots"),
        ("(?P<rrn>[0-9]{12})-'", "(?P<rrn>[0-9]{12}-'", "slots"),
    ],
)
def test_a_slip_in_a_bank_is_found_when_it_is_opened(tmp_path, old, new, key):
    text = (Path(__file__).parents[2] / "adapters" / "hdfc.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "hdfc.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(MisconfiguredSource) as error:
        open_source(load_source(path, {}), None)
    assert "hdfc.yaml, line " in str(error.value)
    assert key in str(error.value)
