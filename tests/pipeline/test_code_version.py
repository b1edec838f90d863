"""The version of the program: the same for the same files, another for any other."""

import pytest

from pipeline import code_version


@pytest.fixture
def tree(tmp_path, monkeypatch):
    for folder in code_version.FOLDERS:
        (tmp_path / folder / "deep").mkdir(parents=True)
        (tmp_path / folder / "deep" / "one.sql").write_text("select 1")
    monkeypatch.setattr(code_version, "PROJECT", tmp_path)
    return tmp_path


def version():
    code_version.code_version.cache_clear()
    found = code_version.code_version()
    code_version.code_version.cache_clear()
    return found


def test_any_file_that_can_change_a_result_changes_it(tree):
    first = version()
    assert len(first) == 12
    assert first == version()
    for folder in code_version.FOLDERS:
        path = tree / folder / "deep" / "one.sql"
        path.write_text("select 2")
        assert version() != first, folder
        path.write_text("select 1")
    assert version() == first
    (tree / "sql" / "deep" / "one.sql").rename(tree / "sql" / "deep" / "two.sql")
    assert version() != first


def test_what_changes_no_result_does_not(tree):
    first = version()
    (tree / "sql" / "notes.md").write_text("x")
    (tree / "tests").mkdir()
    (tree / "tests" / "one.py").write_text("x")
    (tree / "pipeline" / "one.pyc").write_text("x")
    assert version() == first
