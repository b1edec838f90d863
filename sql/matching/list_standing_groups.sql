-- Live groups that the closure touches, each with all that could change in it; a group
-- whose entries left the edge is found by its retracted entries.
create temporary table standing_group on commit drop as
with

touched as (

    select distinct match_group_id
    from standing_seat

)

select
    match_group.match_group_id,
    match_group.first_date,
    concat_ws(
        '|',
        match_group.pass_name,
        match_group.rule_version,
        match_group.difference_minor,
        match_group.reason,
        string_agg(
            match_item.entry_id || '.' || match_item.version || '.' || match_item.side,
            ',' order by match_item.entry_id
        )
    ) as content
from touched
inner join recon.match_group
    on
        touched.match_group_id = match_group.match_group_id
        and match_group.known_to is null
inner join recon.match_item on match_group.match_group_id = match_item.match_group_id
group by
    match_group.match_group_id,
    match_group.first_date,
    match_group.pass_name,
    match_group.rule_version,
    match_group.difference_minor,
    match_group.reason
