-- Whether this database has our tables, of whatever age. Read from the catalogue, which every
-- login may see.
select count(*) > 0 as has_tables
from pg_catalog.pg_class
inner join pg_catalog.pg_namespace on pg_class.relnamespace = pg_namespace.oid
where pg_namespace.nspname = 'migration' and pg_class.relname = 'applied'
