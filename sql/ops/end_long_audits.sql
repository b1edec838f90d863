-- End every transaction of an auditor that has been open for longer than :longest (interval).
-- His own timeouts are defaults, which he may switch off; this he may not. Ended, not
-- cancelled: a block of PL/pgSQL may catch a cancel. In any database of the server.
--
-- Run as a member of recon_auditor; who is none sees no start and ends nothing.
-- Columns: ended (how many).
select count(*) filter (where pg_terminate_backend(pid)) as ended
from pg_catalog.pg_stat_activity
where
    usename = 'recon_auditor'
    and backend_type = 'client backend'
    and xact_start < clock_timestamp() - cast(:longest as interval)
