-- The first candidate on :reconciliation that is not told as it is found again.
with

told as (

    select
        entry_id,
        candidate_entry_id,
        reason
    from recon.candidate
    where reconciliation = :reconciliation and known_to is null

)

select
    coalesce(told.entry_id, candidate_now.entry_id) as entry_id,
    coalesce(told.candidate_entry_id || ', ' || told.reason, 'none') as stored,
    coalesce(candidate_now.candidate_entry_id || ', ' || candidate_now.reason, 'none') as again
from told
full outer join candidate_now
    on
        told.entry_id = candidate_now.entry_id
        and told.candidate_entry_id = candidate_now.candidate_entry_id
where told.reason is distinct from candidate_now.reason
order by 1, 2, 3
limit 1
