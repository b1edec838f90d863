-- Who we are on this server, whether we may make roles, and which of ours there are.
select
    current_user as name,
    (
        select rolcreaterole or rolsuper
        from pg_catalog.pg_roles
        where rolname = current_user
    ) as may_make_roles,
    array(
        select rolname::text
        from pg_catalog.pg_roles
        where rolname in ('recon_etl', 'recon_app', 'recon_auditor')
    ) as roles
