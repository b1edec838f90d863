"""Database roles: who may log in, and with what secret.

recon_owner owns the schemas (DDL); recon_etl writes what the steps write; recon_app reads
for the dashboard; recon_auditor reads the masked `report` views and nothing else.
What each may do is in sql/schema/privileges.sql.
"""

from typing import Any

from psycopg2.extensions import connection as Connection  # noqa: N812
from psycopg2.extensions import encrypt_password
from psycopg2.sql import SQL, Identifier, Literal

SHARED_ROLES = ("recon_etl", "recon_app", "recon_auditor")
EMBEDDED_ROLES = ("recon_owner", *SHARED_ROLES, "airflow")
# An auditor's own defaults: friendly limits. The boundary is the grants, and of time
# pipeline/auditors.py.
AUDITOR_DEFAULTS = {
    "default_transaction_read_only": "on",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
    "search_path": "report",
}


def make_role(connection: Connection, role: str, password: str) -> None:
    """Create the login or give it this password. The password itself never travels."""
    verifier = encrypt_password(password, role, connection, "scram-sha-256")
    with connection.cursor() as cursor:
        cursor.execute("select 1 from pg_roles where rolname = %s", (role,))
        verb = SQL("create") if cursor.fetchone() is None else SQL("alter")
        cursor.execute(
            SQL("{} role {} login nosuperuser nocreatedb nocreaterole password {}").format(
                verb, Identifier(role), Literal(verifier)
            )
        )
        if role == "recon_auditor":
            cursor.execute(SQL("alter role {} connection limit 5").format(Identifier(role)))
            for name, value in AUDITOR_DEFAULTS.items():
                cursor.execute(_default(role, name, value))


def _default(role: str, name: str, value: str) -> Any:
    return SQL("alter role {} set {} = {}").format(
        Identifier(role), Identifier(name), Literal(value)
    )
