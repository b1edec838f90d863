-- The groups of this run, one row each, with the same content as list_standing_groups.
create temporary table seated_group on commit drop as
select
    match_group_id,
    pass_name,
    difference_minor,
    currency,
    reason,
    first_date,
    last_date,
    concat_ws(
        '|',
        pass_name,
        cast(:rule_version as integer),
        difference_minor,
        reason,
        string_agg(entry_id || '.' || version || '.' || side, ',' order by entry_id)
    ) as content
from seated
group by
    match_group_id, pass_name, difference_minor, currency, reason, first_date, last_date
