-- The entries seated in these match groups at report.as_of; at most :rows_max.
select seat.entry_id
from recon.match_group
inner join recon.match_item_history as seat
    on
        match_group.match_group_id = seat.match_group_id
        and match_group.known_from = seat.known_from
where
    match_group.match_group_id = any(cast(:match_group_ids as uuid[]))
    and match_group.known_from <= report.as_of()
    and (match_group.known_to is null or match_group.known_to > report.as_of())
order by seat.entry_id
limit :rows_max
