"""The definitions together: who tells of a source, and one in the place of another."""

from dataclasses import replace

import pytest

from reconciliation.rulebook import shipped
from reconciliation.yaml_place import DefinitionError


def test_one_that_is_not_there():
    with pytest.raises(DefinitionError, match="no reconciliation 'core_x'; there are core_axis"):
        shipped().find("core_x")


def test_every_source_tells_its_own_troubles_on_one_edge():
    told = [source for item in shipped() for source in shipped().anchored_sources(item.name)]
    assert sorted(told) == sorted(set(told))
    assert set(told) == {source for item in shipped() for source in item.sources}
    assert shipped().anchored_sources("core_hdfc") == ("hdfc",)


def test_another_definition_takes_the_place_of_its_name():
    held = shipped().find("core_hdfc")
    other = replace(held, version=held.version + 1)
    book = shipped().replacing(other)
    assert book.find("core_hdfc") is other
    assert [item.name for item in book] == [item.name for item in shipped()]
    assert shipped().find("core_hdfc") is held


def test_one_more_tells_of_its_own_sources_alone():
    more = replace(shipped().find("core_hdfc"), name="core_zeta")
    book = shipped().replacing(more)
    assert [item.name for item in book][-2:] == ["gateway_settlement", "settlement_bank"]
    assert book.anchored_sources("core_zeta") == ()
