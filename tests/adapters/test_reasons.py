"""Reasons in words, without a class name or a path."""

import paramiko
import pytest

from adapters.reasons import reason_of


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (TimeoutError(), "no answer in time"),
        (ConnectionRefusedError(111, "Connection refused"), "connection refused"),
        (FileNotFoundError(2, "No such file or directory", "/k"), "no such file or directory"),
        (EOFError(), "the other side closed the connection"),
        (paramiko.SSHException("user ravi"), "no reason was given"),
    ],
)
def test_a_reason_is_words(problem, words):
    assert reason_of(problem) == words
