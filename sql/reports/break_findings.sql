-- Findings of the quarantine that the breaks :break_ids are about, as they stand at
-- report.as_of: a refused row by its key, a refused delivery by its part.
select
    cast(break.break_id as text) as break_id,
    quarantine.quarantine_id
from recon.break
inner join staging.quarantine
    on
        break.source = quarantine.source
        and break.subject_kind
        = case when quarantine.row_no is null then 'delivery' else 'row' end
        and break.subject_key = case
            when quarantine.row_no is null then quarantine.source || ':' || quarantine.part
            else concat_ws(':', quarantine.source, quarantine.dataset, quarantine.row_key)
        end
where
    break.break_id = any(cast(:break_ids as uuid[]))
    and break.subject_kind in ('row', 'delivery')
    and quarantine.known_from <= report.as_of()
    and (quarantine.known_to is null or quarantine.known_to > report.as_of())
order by quarantine.quarantine_id
