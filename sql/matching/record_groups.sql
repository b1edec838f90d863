-- Write the new match groups.
insert into recon.match_group (
    match_group_id, reconciliation, pass_name, rule_version, difference_minor, currency,
    reason, first_date, last_date, as_of, known_from
)
select
    match_group_id,
    :reconciliation as reconciliation,
    pass_name,
    :rule_version as rule_version,
    difference_minor,
    currency,
    reason,
    first_date,
    last_date,
    :as_of as as_of,
    :known_at as known_from
from new_group
