"""What `bench` reads is what the simulator wrote, and nothing of its own."""

import pytest

from pipeline.bench import read_pages, write_pages
from pipeline.demo_world import WorldFailed


def test_the_simulator_writes_the_pages(tmp_path):
    assert write_pages(tmp_path / "pages", 201) == 3
    pages = list(read_pages(tmp_path / "pages"))
    assert [page.part[-8:] for page in pages] == ["00000000", "00000100", "00000200"]
    assert pages[2].body.startswith(b'{"entity": "collection", "count": 1, ')


def test_a_simulator_that_cannot_write_is_named(tmp_path):
    (tmp_path / "pages").write_text("in the way")
    with pytest.raises(WorldFailed, match=r"simulator pages: .*exists"):
        write_pages(tmp_path / "pages", 1)
