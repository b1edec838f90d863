-- The groups of this run, one row each, with the same content as list_standing_groups.
create temporary table seated_group on commit drop as
with

members as (

    select
        group_key,
        string_agg(entry_id || '.' || version || '.' || side, ',' order by entry_id) as entries
    from seated
    group by group_key

)

select
    found_group.*,
    concat_ws(
        '|',
        found_group.pass_name,
        cast(:rule_version as integer),
        found_group.difference_minor,
        found_group.reason,
        members.entries
    ) as content
from found_group
inner join members on found_group.group_key = members.group_key
