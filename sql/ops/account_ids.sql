-- The accounts of these blind indexes.
select
    account_id,
    number_index
from ops.account
where number_index = any(cast(:indexes as bytea[]))
