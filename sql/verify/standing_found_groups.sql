-- Every live group of :reconciliation as the passes found it.
insert into found_group (
    group_key, match_group_id, pass_name, difference_minor, currency, reason,
    first_date, last_date
)
select
    min(match_item.entry_id) as group_key,
    match_group.match_group_id,
    match_group.pass_name,
    match_group.difference_minor,
    match_group.currency,
    match_group.reason,
    match_group.first_date,
    match_group.last_date
from recon.match_group
inner join recon.match_item on match_group.match_group_id = match_item.match_group_id
where match_group.reconciliation = :reconciliation and match_group.known_to is null
group by match_group.match_group_id, match_group.known_from
