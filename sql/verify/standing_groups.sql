-- Every live group of :reconciliation.
create temporary table gone_group on commit drop as
select
    match_group_id,
    first_date
from recon.match_group
where reconciliation = :reconciliation and known_to is null
