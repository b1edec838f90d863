-- The difference that a named tolerance leaves in a new group, as a line of its own.
insert into recon.adjustment (
    reconciliation, match_group_id, pass_name, cause, amount_minor, currency, known_from
)
select
    :reconciliation as reconciliation,
    new_group.match_group_id,
    new_group.pass_name,
    tolerance.cause,
    new_group.difference_minor as amount_minor,
    new_group.currency,
    :known_at as known_from
from new_group
inner join
    unnest(cast(:tolerance_passes as text[]), cast(:tolerance_causes as text[]))
        as tolerance (pass_name, cause)
    on new_group.pass_name = tolerance.pass_name
where new_group.difference_minor <> 0
