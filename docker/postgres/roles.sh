#!/bin/sh
# Run once by the image, on an empty data directory: the two owners and their databases.
# recon_owner makes the other roles itself, so it may create roles and nothing more.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set owner_password="$RECON_OWNER_PASSWORD" --set airflow_password="$AIRFLOW_PASSWORD" <<'SQL'
create role recon_owner login createrole password :'owner_password';
create role airflow login password :'airflow_password';
create database recon owner recon_owner;
create database airflow owner airflow;
revoke all on database recon from public;
revoke all on database airflow from public;
SQL
