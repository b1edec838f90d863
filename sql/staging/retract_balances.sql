-- Close live balances of restated parts that their new delivery no longer holds.
update staging.balance
set known_to = :known_at
where
    source = :source
    and part = any(:parts)
    and known_to is null
    and not exists (
        select
        from staged_balance as staged
        where
            staged.account_id = balance.account_id
            and staged.business_date = balance.business_date
            and staged.kind = balance.kind
            and staged.part = balance.part
            and staged.currency = balance.currency
    )
