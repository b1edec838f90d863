-- Postgres lets every login keep large objects and hold any advisory lock. Not here: a
-- reader must neither store anything nor stop the steps. Run as superuser, once a database.
do $$
declare
    door regprocedure;
begin
    for door in
        select oid
        from pg_catalog.pg_proc
        where
            pronamespace = 'pg_catalog'::regnamespace
            and (
                proname like 'pg_advisory%lock%'
                or proname like 'pg_try_advisory%lock%'
                or proname in (
                    'lo_creat', 'lo_create', 'lo_from_bytea', 'lo_open', 'lo_put',
                    'lo_truncate', 'lo_truncate64', 'lo_unlink', 'lowrite'
                )
            )
    loop
        execute format('revoke execute on function %s from public', door);
        if (select proname like '%advisory%' from pg_catalog.pg_proc where oid = door) then
            execute format(
                'grant execute on function %s to recon_owner, recon_etl, airflow', door
            );
        end if;
    end loop;
end
$$
