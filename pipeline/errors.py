"""What the pipeline raises beside the adapters' own tree. Messages hold no row values.

PipelineError
├── SettingsError        a setting is missing or wrong: the variable is named
├── WrongKey             stored bytes do not open with the keys at hand
├── StaleAttempt         a later attempt of the same step took over; this one's work is undone
└── StoreError           the database refused a statement: SQLSTATE, statement file
    ├── StoreUnavailable no connection, or it broke; the same call may work later
    ├── StoreBusy        a lock was not free in time, or the same rows were fought over too often
    └── StoreFull        disk, memory or connections are used up; a retry would make it worse
"""


class PipelineError(Exception):
    """Base of everything the pipeline raises of its own."""


class SettingsError(PipelineError):
    """The environment, `.env` or a file of RECON_HOME is not fit to use."""


class WrongKey(PipelineError):
    """The data or index key is not the one the stored rows were made with."""


class StaleAttempt(PipelineError):
    """Fenced: another attempt of the same step and interval has begun since."""


class StoreError(PipelineError):
    """The database refused. `sqlstate` is Postgres's code, None where it gave none."""

    def __init__(self, message: str, sqlstate: str | None = None) -> None:
        super().__init__(message)
        self.sqlstate = sqlstate


class StoreUnavailable(StoreError):
    """The database cannot be reached, or went away; worth a retry."""


class StoreBusy(StoreError):
    """Somebody else held what we need for longer than we may wait; worth a retry."""


class StoreFull(StoreError):
    """The database has no room left; a person must act first."""
