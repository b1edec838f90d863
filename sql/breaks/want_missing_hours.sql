-- Hours of a source that its own schedule says should be here: one break a whole range.
insert into wanted_break (
    subject_kind, subject_key, source, code, amount_minor, currency, business_date, explanation
)
select
    'source_interval' as subject_kind,
    source || ':' || to_char(range_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"')
        as subject_key,
    source,
    'MIS_FILE' as code,
    0 as amount_minor,
    'INR' as currency,
    cast(range_from at time zone 'Asia/Kolkata' as date) as business_date,
    concat(
        'Nothing of ', source, ' is landed and staged for ',
        to_char(range_from at time zone 'Asia/Kolkata', 'YYYY-MM-DD HH24:MI'), ' to ',
        to_char(least(range_to, late_until) at time zone 'Asia/Kolkata', 'YYYY-MM-DD HH24:MI'),
        ' IST; entries whose partner could only be there are held back.'
    ) as explanation
from uncovered
where range_from < late_until
