"""Small files that are read while they are written."""

import threading

import pytest

from pipeline.kept_files import keep


def test_who_reads_meanwhile_sees_the_old_text_or_the_new(tmp_path):
    path = tmp_path / "port"
    texts = ("8080\n", "49152\n" * 20_000)
    keep(path, texts[0])
    is_done = threading.Event()

    def write():
        for turn in range(200):
            keep(path, texts[turn % 2])
        is_done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while not is_done.is_set():
        seen.add(path.read_text())
    writer.join()
    assert seen <= set(texts)
    assert [file.name for file in tmp_path.iterdir()] == ["port"]


def test_what_cannot_be_written_leaves_the_old(tmp_path):
    path = tmp_path / "port"
    keep(path, "8080\n")
    with pytest.raises(UnicodeEncodeError):
        keep(path, "\ud800")
    assert path.read_text() == "8080\n"
    assert [file.name for file in tmp_path.iterdir()] == ["port"]
