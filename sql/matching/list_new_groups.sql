-- Groups that were found and do not stand as they are.
create temporary table new_group on commit drop as
select seated_group.*
from seated_group
left join standing_group
    on
        seated_group.match_group_id = standing_group.match_group_id
        and seated_group.content = standing_group.content
where standing_group.match_group_id is null
