-- Write the seats of the new groups, and the same into the history.
with

given as (

    insert into recon.match_item (reconciliation, entry_id, version, side, match_group_id)
    select
        :reconciliation as reconciliation,
        seated.entry_id,
        seated.version,
        seated.side,
        new_group.match_group_id
    from seated
    inner join new_group on seated.group_key = new_group.group_key
    returning reconciliation, entry_id, version, side, match_group_id

)

insert into recon.match_item_history (
    reconciliation, entry_id, version, side, match_group_id, known_from
)
select
    reconciliation,
    entry_id,
    version,
    side,
    match_group_id,
    :known_at as known_from
from given
