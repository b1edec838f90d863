"""What a command ends with when it does not end well: an exit code and three answers.

CommandError            what happened, where, and what next
├── Misused        2     usage or configuration
├── Unreachable    3     no source could be reached
├── Refused        4     everything fetched was refused
├── Partly         5     some sources unreachable or some data refused; the rest is done
├── CheckFound     6     a check found something
└── Missed         1     a demo that missed its truth
"""

DONE = 0
INTERNAL = 1
USAGE = 2
UNREACHABLE = 3
REFUSED = 4
PARTLY = 5
FOUND = 6
INTERRUPTED = 130


class CommandError(Exception):
    """Printed as sentences on stderr; the process ends with `exit_code`."""

    exit_code = INTERNAL

    def __init__(self, what: str, next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.next_step = next_step


class Misused(CommandError):
    """The command or the configuration is wrong."""

    exit_code = USAGE


class Unreachable(CommandError):
    """No source could be reached."""

    exit_code = UNREACHABLE


class Refused(CommandError):
    """Everything fetched was refused."""

    exit_code = REFUSED


class Partly(CommandError):
    """Done, but for what the message names."""

    exit_code = PARTLY


class CheckFound(CommandError):
    """A check found something."""

    exit_code = FOUND


class Missed(CommandError):
    """The demo's report and the simulator's truth do not agree."""

    exit_code = INTERNAL
