-- Statements that make the sandbox :schema: an empty table for every table of results, and a
-- view of every table of facts that shows what was known at the sandbox's own moment.
with

results as (

    select pg_class.relname as table_name
    from pg_catalog.pg_class
    where
        pg_class.relnamespace = cast('recon' as regnamespace)
        and pg_class.relkind = 'r'
        and not pg_class.relname = any(:kept)

),

facts as (

    -- Whatever sources said, with the moment it became known.
    select
        pg_namespace.nspname || '.' || pg_class.relname as name,
        pg_class.oid,
        pg_class.relname as table_name,
        clock.attname as known_from
    from pg_catalog.pg_class
    inner join pg_catalog.pg_namespace on pg_class.relnamespace = pg_namespace.oid
    inner join pg_catalog.pg_attribute as clock
        on pg_class.oid = clock.attrelid and clock.attname in ('known_from', 'known_at')
    where
        pg_namespace.nspname in ('raw', 'staging')
        and pg_class.relkind = 'r'

),

seen as (

    select
        facts.name,
        facts.table_name,
        facts.known_from,
        string_agg(
            case
                when has_end.attrelid is not null and pg_attribute.attname = any(:ends)
                    then
                        format(
                            'case when known_to <= (select moment from %I.clock) then %I end as %I',
                            cast(:schema as text), pg_attribute.attname, pg_attribute.attname
                        )
                else quote_ident(pg_attribute.attname)
            end,
            ', ' order by pg_attribute.attnum
        ) as columns
    from facts
    inner join pg_catalog.pg_attribute
        on
            facts.oid = pg_attribute.attrelid
            and pg_attribute.attnum > 0
            and not pg_attribute.attisdropped
    left join pg_catalog.pg_attribute as has_end
        on facts.oid = has_end.attrelid and has_end.attname = 'known_to'
    group by facts.name, facts.table_name, facts.known_from

)

select
    'recon.' || table_name as name,
    format(
        'create unlogged table %I.%I (like recon.%I including all excluding statistics)',
        cast(:schema as text), table_name, table_name
    ) as statement
from results
union all
select
    name,
    format(
        'create view %I.%I as select %s from %s where %I <= (select moment from %I.clock)',
        cast(:schema as text), table_name, columns, name, known_from, cast(:schema as text)
    ) as statement
from seen
union all
select
    'recon.live_entry' as name,
    format(
        'create view %I.live_entry as %s',
        cast(:schema as text),
        replace(
            pg_get_viewdef('recon.live_entry'),
            ' staging.entry',
            format(' %I.entry', cast(:schema as text))
        )
    ) as statement
order by name
