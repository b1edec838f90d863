-- What people took apart is no match, though it still looks like one: its break says so, and
-- what it looked like stays in the words.
update finding
set
    code = 'REF_CONFLICT',
    explanation = parted.words || finding.explanation
from (

    select distinct on (finding.anchor_id)
        finding.anchor_id,
        concat('Taken apart by hand (', decision.reason_code, '). ') as words
    from recon.decision_member
    inner join scene
        on
            decision_member.source = scene.source
            and decision_member.entry_key = scene.entry_key
    inner join finding on scene.entry_id = finding.entry_id
    inner join recon.decision on decision_member.decision_id = decision.decision_id
    where
        decision_member.reconciliation = :reconciliation
        and decision_member.kind = 'apart'
        and decision_member.known_to is null
    group by finding.anchor_id, decision.decision_id, decision.reason_code
    having count(distinct scene.entry_id) > 1
    order by finding.anchor_id asc, decision.decision_id asc

) as parted
where finding.anchor_id = parted.anchor_id
