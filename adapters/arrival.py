"""When a file is due: what a bank promises of the files it lays out, as its YAML says.

    arrival: {each: business_day, per: account, due: "10:00 next day"}

    each   business_day, by the source's own calendar, or day: the days that have a file
    per    account, one a day for every account, or source, one a day for all
    due    IST, on the next day or the next business day after the file's own

With it the source is read again by whole days: its trailing window begins at midnight, earlier
where a promised file has not come. Without it nothing is promised. Of files by the hour nothing
can be: an hour without movements has none.
"""

import re
from dataclasses import dataclass
from datetime import time

from adapters.sections import Section

EACH = ("business_day", "day")
PER = ("account", "source")
# Not the same day: a file is taken once the day in its name is over.
DUE = re.compile(r"(?P<time>(?:[01][0-9]|2[0-3]):[0-5][0-9]) next (?P<business>business )?day")


@dataclass(frozen=True, slots=True)
class FileArrival:
    each: str
    per: str
    due_time: time  # IST
    is_due_on_business_day: bool


def read_arrival(dataset: Section, kind: str) -> FileArrival | None:
    """The dataset's promise, None where it makes none. `kind` is the source's."""
    if "arrival" not in dataset:
        return None
    if kind != "sftp":
        raise dataset.error("arrival", "only files have one; other sources are asked every hour")
    if "(?P<hour>" in dataset.text("file", ""):
        raise dataset.error(
            "arrival", "files by the hour have none: an hour without movements has no file"
        )
    arrival = dataset.section("arrival")
    arrival.only("each", "per", "due")
    found = DUE.fullmatch(arrival.text("due"))
    if not found:
        raise arrival.error(
            "due", "expected a time such as 10:00 next day or 10:00 next business day"
        )
    return FileArrival(
        each=arrival.choice("each", EACH),
        per=arrival.choice("per", PER),
        due_time=time.fromisoformat(found["time"]),
        is_due_on_business_day=found["business"] is not None,
    )
