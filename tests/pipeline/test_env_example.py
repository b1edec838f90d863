""".env.example names every variable there is, and holds no value."""

import re

import pytest

from pipeline.settings import PROJECT

VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)")
NOT_OURS = {"REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"}  # the platform's own


@pytest.fixture(scope="module")
def named():
    lines = (PROJECT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_it_holds_names_alone(named):
    assert set(named.values()) == {""}


@pytest.mark.parametrize(
    "path", sorted((PROJECT / "adapters").glob("*.yaml")), ids=lambda p: p.stem
)
def test_every_variable_of_a_source_is_named(named, path):
    assert set(VARIABLE.findall(path.read_text())) - NOT_OURS <= set(named)


def test_every_variable_of_the_engine_is_named(named):
    read = re.findall(r'merged\.get\("([A-Z_]+)"', (PROJECT / "pipeline/settings.py").read_text())
    assert read
    assert set(read) <= set(named)
