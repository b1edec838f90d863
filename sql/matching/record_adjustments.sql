-- The difference that a named tolerance leaves in a new group, as a line of its own.
insert into recon.adjustment (
    reconciliation, match_group_id, pass_name, cause, amount_minor, currency, needs_approval,
    known_from
)
select
    :reconciliation as reconciliation,
    new_group.match_group_id,
    new_group.pass_name,
    tolerance.cause,
    new_group.difference_minor as amount_minor,
    new_group.currency,
    abs(new_group.difference_minor) > tolerance.approval_minor as needs_approval,
    :known_at as known_from
from new_group
inner join
    unnest(
        cast(:tolerance_passes as text[]),
        cast(:tolerance_causes as text[]),
        cast(:approval_minors as bigint[])
    ) as tolerance (pass_name, cause, approval_minor)
    on new_group.pass_name = tolerance.pass_name
where new_group.difference_minor <> 0
