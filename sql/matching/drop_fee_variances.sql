-- Fees of the groups that the closure touches: they are looked at again.
delete from recon.fee_variance
where
    reconciliation = :reconciliation
    and match_group_id in (
        select standing_group.match_group_id from standing_group
        union all
        select seated_group.match_group_id from seated_group
    )
