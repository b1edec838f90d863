-- The first match group of :reconciliation, live or past, that its entries do not bear out: its
-- id is made of their keys, its difference, currency and dates of their amounts and days, and
-- every pass promises something of the sums. Live groups hold what is live on the edge, on the
-- side it belongs to; one ended group may hold what is past.
with

seats as (

    select
        match_group.match_group_id,
        match_group.known_from,
        match_group.known_to is null as is_live,
        item.entry_id,
        item.side,
        (entry.source || ':' || entry.entry_key) collate "C" as subject_key,
        entry.amount_minor,
        entry.gross_minor,
        entry.currency,
        coalesce(entry.booking_date, entry.business_date) as day,
        not coalesce(
            entry.known_to is null
            or not exists (
                select
                from recon.admitted_load
                where
                    admitted_load.reconciliation = :reconciliation
                    and admitted_load.load_id = entry.retired_load_id
            ),
            false
        ) as is_past,
        not exists (
            select
            from
                unnest(cast(:source_sides as text[]), cast(:sources as text[]))
                    as belongs (
                        side, source
                    )
            where belongs.side = item.side and belongs.source = entry.source
        ) as is_astray
    from recon.match_group
    left join recon.match_item_history as item
        on
            match_group.match_group_id = item.match_group_id
            and match_group.known_from = item.known_from
            and match_group.reconciliation = item.reconciliation
    left join staging.entry on item.entry_id = entry.entry_id and item.version = entry.version
    where match_group.reconciliation = :reconciliation

),

sides as (

    select
        match_group_id,
        known_from,
        side,
        sum(amount_minor) as amount_minor
    from seats
    group by match_group_id, known_from, side

),

differences as (

    -- As matching/seat_proposed has it.
    select distinct on (sides.match_group_id, sides.known_from)
        sides.match_group_id,
        sides.known_from,
        sides.amount_minor - coalesce(ledger.amount_minor, 0) as difference_minor
    from sides
    left join sides as ledger
        on
            sides.match_group_id = ledger.match_group_id
            and sides.known_from = ledger.known_from
            and ledger.side = :ledger_side
    where sides.side <> :ledger_side
    order by
        sides.match_group_id asc,
        sides.known_from asc,
        abs(sides.amount_minor - coalesce(ledger.amount_minor, 0)) desc,
        sides.side asc

),

again as (

    select
        match_group_id,
        known_from,
        cast(
            lpad(to_hex(min(day) - date '1970-01-01'), 4, '0') || substr(
                md5(concat_ws(
                    '|',
                    cast(:reconciliation as text),
                    string_agg(subject_key, ',' order by subject_key)
                )),
                5
            )
            as uuid
        ) as made_id,
        min(currency) as currency,
        min(day) as first_date,
        max(day) as last_date,
        -sum(amount_minor) as alone_minor,
        sum(case when side <> :ledger_side then gross_minor end) as gross_minor,
        sum(case when side = :ledger_side then abs(amount_minor) end) as ledger_minor,
        bool_or(is_live and is_past) as has_past,
        bool_or(is_astray) as is_astray
    from seats
    group by match_group_id, known_from

),

known_rules as (

    select distinct version
    from recon.rule_version
    where reconciliation = :reconciliation

),

ruled as (

    -- is_past: an ended group, of rules that are no longer these.
    select
        match_group.*,
        match_group.known_to is not null
        and match_group.rule_version <> :rule_version
        and known_rules.version is not null as is_past
    from recon.match_group
    left join known_rules on match_group.rule_version = known_rules.version
    where match_group.reconciliation = :reconciliation

),

told as (

    select
        match_group.match_group_id,
        match_group.known_from,
        check_of.what,
        check_of.stored,
        check_of.again,
        check_of.place
    from ruled as match_group
    inner join again
        on
            match_group.match_group_id = again.match_group_id
            and match_group.known_from = again.known_from
    left join differences
        on
            match_group.match_group_id = differences.match_group_id
            and match_group.known_from = differences.known_from
    left join
        unnest(
            cast(:pass_names as text[]),
            cast(:pass_promises as text[]),
            cast(:pass_minor_maxes as bigint[]),
            cast(:pass_minors as text[]),
            cast(:pass_approval_minors as bigint[])
        ) as promise (pass_name, promises, minor_max, minors, approval_minor)
        on match_group.pass_name = promise.pass_name
    left join recon.adjustment
        on
            match_group.match_group_id = adjustment.match_group_id
            and match_group.known_from = adjustment.known_from
    cross join
        lateral (
            values
            (
                1, 'items', 'live entries of their sides',
                case
                    when again.has_past then 'an entry that is no longer live'
                    when again.is_astray and match_group.rule_version = :rule_version
                        then 'an entry of another side'
                    else 'live entries of their sides'
                end
            ),
            (2, 'id', cast(match_group.match_group_id as text), cast(again.made_id as text)),
            (
                3, 'difference_minor', cast(match_group.difference_minor as text),
                cast(coalesce(differences.difference_minor, again.alone_minor) as text)
            ),
            (4, 'currency', match_group.currency, again.currency),
            (5, 'first_date', cast(match_group.first_date as text), cast(again.first_date as text)),
            (6, 'last_date', cast(match_group.last_date as text), cast(again.last_date as text)),
            (
                7, 'pass and version', match_group.pass_name || ' ' || match_group.rule_version,
                case
                    when match_group.is_past then match_group.pass_name || ' ' || match_group.rule_version
                    when promise.pass_name is null then 'no such pass'
                    else match_group.pass_name || ' ' || cast(:rule_version as integer)
                end
            ),
            (
                8, 'sums', 'as pass ' || match_group.pass_name || ' promises',
                case
                    when match_group.is_past then 'as pass ' || match_group.pass_name || ' promises'
                    when promise.promises = 'gross' and again.gross_minor = again.ledger_minor
                        then 'as pass ' || match_group.pass_name || ' promises'
                    when promise.promises = 'nothing left' and match_group.difference_minor = 0
                        then 'as pass ' || match_group.pass_name || ' promises'
                    when
                        promise.promises = 'named'
                        and abs(match_group.difference_minor) <= promise.approval_minor
                        and case
                            when promise.minors = ''
                                then abs(match_group.difference_minor) <= promise.minor_max
                            else
                                cast(-match_group.difference_minor as text)
                                = any(string_to_array(promise.minors, ','))
                        end
                        then 'as pass ' || match_group.pass_name || ' promises'
                    else 'not so'
                end
            ),
            (
                9, 'adjustment',
                coalesce(adjustment.amount_minor || ' ' || adjustment.currency, 'none'),
                case
                    when match_group.is_past
                        then coalesce(adjustment.amount_minor || ' ' || adjustment.currency, 'none')
                    when promise.promises = 'named' and match_group.difference_minor <> 0
                        then match_group.difference_minor || ' ' || match_group.currency
                    else 'none'
                end
            )
        ) as check_of (place, what, stored, again)

)

select
    match_group_id,
    what,
    stored,
    again
from told
where stored is distinct from again
order by match_group_id, known_from, place
limit 1
