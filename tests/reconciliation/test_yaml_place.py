"""YAML with places: what may stand in a file, and how an error finds its line."""

import pytest

from adapters.errors import MisconfiguredSource
from adapters.sections import Section
from reconciliation.yaml_place import DefinitionError, Place


@pytest.fixture
def read(tmp_path):
    def write_and_read(text, kind=Place):
        path = tmp_path / "x.yaml"
        path.write_text(text, encoding="utf-8")
        return kind.of_file(path)

    return write_and_read


def test_each_mapping_knows_its_path_and_lines(read):
    top = read("a: 1\nb:\n  c: x\n  d:\n    - {e: 2}\n    - {e: 3}\n")
    assert top.integer("a", 1, 1) == 1
    assert top.place("b").text("c") == "x"
    second = top.place("b")["d"][1]
    assert str(second.error("e", "wrong")) == "x.yaml, line 6, b.d[1].e: wrong"
    assert str(second.error("f", "gone")) == "x.yaml, line 6, b.d[1].f: gone"
    assert str(second.error("", "wrong")) == "x.yaml, line 6, b.d[1]: wrong"


@pytest.mark.parametrize(
    ("value", "yaml_says"),
    [("1.5", "float"), ("2026-03-10", "timestamp"), ("yes", "bool"), ("~", "null"), ("!x y", "!x")],
)
def test_what_yaml_would_turn_into_something_else_is_refused(read, value, yaml_says):
    with pytest.raises(DefinitionError) as problem:
        read(f"a: 1\nb: [x, {value}]\n")
    assert str(problem.value) == f"x.yaml, line 2, b: quote it: YAML reads this as {yaml_says}"


def test_a_section_takes_true_and_nothing_and_refuses_with_its_own_error(read):
    section = read("a: true\nb: ~\nc: '7'\nd: 7\n", Section)
    assert section.flag("a") is True
    assert section.text("b", "default") == "default"
    assert len(section.section("b", {})) == 0
    assert section.integer("c", 1, 9) == section.integer("d", 1, 9) == 7
    for wrong in (lambda: section.text("b"), lambda: section.integer("c", 1, 6),
                  lambda: section.integer("a", 0, 1)):  # fmt: skip
        with pytest.raises(MisconfiguredSource):
            wrong()
    with pytest.raises(DefinitionError):
        read("c: '7'").integer("c", 1, 9)


@pytest.mark.parametrize(
    ("text", "texts"), [("a: x", ("x",)), ("a: [x, y]", ("x", "y")), ("a: []", None),
                        ("a: [1]", None), ("a: 1", None), ("b: x", None)],
)  # fmt: skip
def test_one_text_or_a_list_of_them(read, text, texts):
    if texts is None:
        with pytest.raises(DefinitionError):
            read(text).texts("a")
    else:
        assert read(text).texts("a") == texts


@pytest.mark.parametrize(("text", "line"), [("a: 1\nb", 2), ("a: [1\nb: 2\n", 2), ("a: 'x\n", 2)])
def test_what_is_not_yaml_is_named_by_its_own_line(read, text, line):
    with pytest.raises(DefinitionError) as problem:
        read(text)
    assert str(problem.value) == f"x.yaml, line {line}: not YAML"
