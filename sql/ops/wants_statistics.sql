-- Whether the planner's picture of a table is far behind: never taken, or less than five
-- times what was just written. Autovacuum looks once a minute, which a first load outruns.
select coalesce(pg_class.reltuples < 5 * cast(:written as bigint), true) as wants_statistics
from pg_catalog.pg_class
where pg_class.oid = to_regclass(:table_name)
