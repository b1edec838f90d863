-- Groups that stand and are not found again as they were.
create temporary table gone_group on commit drop as
select
    standing_group.match_group_id,
    standing_group.first_date
from standing_group
left join seated_group
    on
        standing_group.match_group_id = seated_group.match_group_id
        and standing_group.content = seated_group.content
where seated_group.match_group_id is null
