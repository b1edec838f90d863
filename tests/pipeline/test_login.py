"""Who is logged in, whatever the environment says."""

import os
import pwd

from pipeline.login import os_user


def test_no_variable_makes_one_somebody_else(monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "ravi")
    assert os_user() == pwd.getpwuid(os.getuid()).pw_name


def test_a_user_without_a_name_is_its_number(monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_000)
    assert os_user() == "4000000000"
