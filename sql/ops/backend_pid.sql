-- The server process behind this session.
select pg_backend_pid() as pid
