"""Migrations: sql/schema/NNNN_*.sql, in order, forward only, each once and whole."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from pipeline.errors import SettingsError, StoreError
from pipeline.roles import SHARED_ROLES, make_role
from pipeline.secret_files import kept_secret
from pipeline.settings import Settings
from pipeline.statements import SQL_FOLDER
from pipeline.store import Store

NUMBERED = re.compile(r"(\d{4})_[a-z_]+")
PRIVILEGES = "privileges"


@dataclass(frozen=True, slots=True)
class Migration:
    name: str  # 0003_staging
    path: Path

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations(folder: Path = SQL_FOLDER / "schema") -> list[Migration]:
    """All numbered files, by number. SettingsError where two share one."""
    found = [
        Migration(path.stem, path)
        for path in sorted(folder.glob("*.sql"))
        if NUMBERED.fullmatch(path.stem)
    ]
    numbers = [migration.name[:4] for migration in found]
    twice = {number for number in numbers if numbers.count(number) > 1}
    if twice:
        raise SettingsError(f"{folder}: two migrations are numbered {sorted(twice)}")
    return found


def migrate(owner: Store, folder: Path = SQL_FOLDER / "schema") -> list[str]:
    """Apply what is missing, then the privileges; the names applied, none when up to date.

    Each migration commits whole or not at all, so that one killed half-way is simply not
    there. StoreError when a file that was applied has changed since, or is gone.
    """
    applied: list[str] = []
    with owner.transaction(lock="migrate") as transaction:
        transaction.connection.connection.cursor().execute(
            (folder / "bookkeeping.sql").read_text(encoding="utf-8")
        )
    known = {row["name"]: row["sha256"] for row in _applied(owner)}
    files = migrations(folder)
    _must_know(known, (file.name for file in files))
    files.append(Migration(PRIVILEGES, folder / f"{PRIVILEGES}.sql"))
    for file in files:
        if file.name == PRIVILEGES:
            if known.get(PRIVILEGES) == file.sha256 and not applied:
                continue
        elif file.name in known:
            if known[file.name] != file.sha256:
                raise StoreError(f"{file.name}.sql was changed after it was applied")
            continue
        if _apply(owner, file):
            applied.append(file.name)
    return applied


def prepare(settings: Settings) -> tuple[list[str], list[str]]:
    """Roles and migrations of this installation: (what was applied, what to tell the operator).

    The embedded server has its roles from its first start. On a user's own server they are
    made where the login may make them.
    """
    owner = Store.open(settings, "owner")
    notes = [] if settings.database_url is None else _own_server_roles(settings)
    return migrate(owner), notes


def is_there(settings: Settings) -> bool:
    """Whether the installation's database has our tables, of whatever age."""
    with Store.open(settings).transaction() as transaction:
        return bool(transaction.value("ops/has_tables"))


def waiting(settings: Settings) -> list[str]:
    """The migrations that this program has and the database does not; StoreError where the
    database has one that this program does not.
    """
    names = [file.name for file in migrations()]
    known = {row["name"] for row in _applied(Store.open(settings, "owner"))}
    _must_know(known, names)
    return [name for name in names if name not in known]


def _must_know(known: Iterable[str], names: Iterable[str]) -> None:
    gone = set(known) - set(names) - {PRIVILEGES}
    if gone:
        raise StoreError(f"the database is newer than this program: it has {sorted(gone)}")


def _applied(owner: Store) -> list[dict[str, str]]:
    with owner.transaction() as transaction:
        return [dict(row) for row in transaction.rows("ops/applied_migrations")]


def _apply(owner: Store, file: Migration) -> bool:
    with owner.transaction(lock="migrate") as transaction:
        # Another process may have applied it while we waited.
        if transaction.run("ops/note_migration", name=file.name, sha256=file.sha256) == 0:
            return False
        cursor = transaction.connection.connection.cursor()
        try:
            cursor.execute(file.text)
        except psycopg2.Error as error:
            raise StoreError(
                f"{file.name}.sql: {error.diag.message_primary}", error.pgcode
            ) from error
    return True


def _own_server_roles(settings: Settings) -> list[str]:
    """Make the shared roles on the user's own server; what could not be, in sentences."""
    with Store.open(settings, "owner").transaction() as transaction:
        (login,) = transaction.rows("ops/login")
        raw = transaction.connection.connection.driver_connection
        missing = [role for role in SHARED_ROLES if role not in login["roles"]]
        if missing and login["may_make_roles"]:
            for role in missing:
                make_role(raw, role, kept_secret(settings.home, f"postgres_{role}"))
            transaction.run("ops/join_shared_roles")
            missing = []
    return [
        f"role {role} is missing and {login['name']} may not make it: its work runs as"
        f" {login['name']}, without the boundary; ask for CREATEROLE or the role"
        for role in missing
    ]
