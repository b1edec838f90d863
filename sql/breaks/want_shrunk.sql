-- Entries that their source sent once and no longer sends when it is asked for their time again,
-- told on the first edge that names it: one break a source, dataset and day. They stay entries,
-- and explain no gap.
insert into wanted_break (
    subject_kind, subject_key, source, account_id, code, amount_minor, exposure_minor, currency,
    business_date, explanation
)
with

gone as (

    select
        unseen_entry.source,
        unseen_entry.dataset,
        unseen_entry.business_date,
        case when count(distinct entry.account_id) = 1 then min(entry.account_id) end as account_id,
        min(entry.currency) as currency,
        -- Nothing is summed across currencies.
        case when count(distinct entry.currency) = 1 then sum(entry.amount_minor) else 0 end
            as amount_minor,
        -- What went out and what came in do not make less of each other.
        case
            when count(distinct entry.currency) = 1
                then nullif(sum(abs(entry.amount_minor)), abs(sum(entry.amount_minor)))
        end as exposure_minor,
        count(distinct entry.currency) as currencies,
        count(*) as entries,
        (array_agg(entry.txn_id order by entry.txn_id))[1:3] as first_ids
    from staging.unseen_entry
    inner join staging.entry
        on
            unseen_entry.entry_id = entry.entry_id
            and unseen_entry.version = entry.version
            and entry.known_to is null
    where
        unseen_entry.source = any(:anchored_sources)
        and unseen_entry.known_to is null
    group by unseen_entry.source, unseen_entry.dataset, unseen_entry.business_date

)

select
    'source_interval' as subject_kind,
    concat_ws(':', 'shrunk', source, dataset, business_date) as subject_key,
    source,
    account_id,
    'DQ_SHRUNK' as code,
    cast(amount_minor as bigint) as amount_minor,
    cast(exposure_minor as bigint) as exposure_minor,
    currency,
    business_date,
    concat(
        entries, case entries when 1 then ' entry' else ' entries' end, ' of ', source, ', ', dataset,
        ', of ', business_date,
        case
            when currencies = 1
                then concat(
                    ', ', recon.decimal_text(cast(amount_minor as bigint), currency), ' ', currency, ','
                )
        end,
        case entries when 1 then ' was' else ' were' end,
        ' not in the newest reading of that time: ', array_to_string(first_ids, ', '),
        case when entries > 3 then concat(' and ', entries - 3, ' more') end,
        '. Kept until the source says otherwise.'
    ) as explanation
from gone
