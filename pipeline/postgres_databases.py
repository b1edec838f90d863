"""What a fresh embedded server is given: its roles, its databases, and who may enter which."""

from collections.abc import Callable

from psycopg2.extensions import connection as Connection  # noqa: N812

from pipeline.roles import EMBEDDED_ROLES, make_role
from pipeline.statements import sql

DATABASES = {"recon": "recon_owner", "airflow": "airflow"}  # by name: whose it is

Connect = Callable[[str], Connection]  # as superuser, to the database of that name


def make_roles_and_databases(connect: Connect, secret_of: Callable[[str], str]) -> None:
    """Every role with its secret, every database with its owner; again changes nothing."""
    connection = connect("postgres")
    try:
        connection.autocommit = True  # create database refuses a transaction
        for role in EMBEDDED_ROLES:
            make_role(connection, role, secret_of(role))
        with connection.cursor() as cursor:
            cursor.execute("grant recon_etl, recon_app, recon_auditor to recon_owner")
            for database, owner in DATABASES.items():
                cursor.execute("select 1 from pg_database where datname = %s", (database,))
                if cursor.fetchone() is None:
                    cursor.execute(f"create database {database} owner {owner}")
                cursor.execute(f"revoke all on database {database} from public")
                _close_side_doors(connect, database)
            cursor.execute("grant connect on database recon to recon_etl, recon_app, recon_auditor")
            cursor.execute("grant temporary on database recon to recon_etl")
    finally:
        connection.close()


def _close_side_doors(connect: Connect, database: str) -> None:
    """What Postgres lets every login do in a database: keep large objects, hold our locks."""
    connection = connect(database)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql("ops/close_side_doors"))
    finally:
        connection.close()
