-- A partner that came and was refused is not missing: what stands alone says which sources have
-- refused rows that may be it, by its own id, or by amount and account within :days_apart_max
-- days; where one of the two has no account, an amount alone says little: a day. What cannot be
-- read may be anything, but not amount and account both. Of three sides only the one that lacks
-- it is asked (:lacked_codes, :lacked_sides). Which rows they are: reports/break_refused.
update finding
set explanation = finding.explanation || told.words
from (

    with

    alone as (

        select distinct
            finding.anchor_id,
            finding.amount_minor,
            anchor.account_id,
            anchor.entity_id,
            anchor.day,
            side_sources.source
        from finding
        inner join scene as anchor on finding.anchor_id = anchor.entry_id
        inner join
            unnest(cast(:source_sides as text[]), cast(:sources as text[]))
                as side_sources (side, source)
            on anchor.side <> side_sources.side
        left join
            unnest(cast(:lacked_codes as text[]), cast(:lacked_sides as text[]))
                as lacked (code, side)
            on finding.code = lacked.code
        where
            finding.code = any(:alone_codes)
            and coalesce(side_sources.side = lacked.side, true)

    ),

    refused as (

        -- A file of which no amount can be read is one row of it.
        select distinct
            source,
            code,
            account_id,
            amount_minor,
            business_date as day
        from refused_row

    ),

    may_be as (

        select
            alone.anchor_id,
            refused.source,
            refused.code
        from alone
        inner join refused
            on
                alone.source = refused.source
                and alone.amount_minor = refused.amount_minor
                and coalesce(alone.account_id = refused.account_id, true)
        where
            abs(alone.day - refused.day)
            <= case
                when alone.account_id = refused.account_id then :days_apart_max
                else least(:days_apart_max, 1)
            end

        union

        select
            alone.anchor_id,
            refused.source,
            refused.code
        from alone
        inner join refused
            on
                alone.source = refused.source
                and alone.account_id = refused.account_id
                and refused.amount_minor is null
        where abs(alone.day - refused.day) <= :days_apart_max

        union

        select
            alone.anchor_id,
            refused_row.source,
            refused_row.code
        from alone
        inner join refused_row
            on
                alone.source = refused_row.source
                and alone.entity_id = split_part(refused_row.row_key, '#', 1)

    )

    select
        anchor_id,
        concat(
            ' It may have come and been refused: ',
            string_agg(concat(source, ', ', code), '; ' order by source, code),
            ' (the rows: told with the break, or `./recon quarantine list`).'
        ) as words
    from may_be
    group by anchor_id

) as told
where
    finding.anchor_id = told.anchor_id
    and finding.code = any(:alone_codes)
