-- One finding a pair that disagrees. A disagreement about status with a PENDING in it waits
-- until the ledger entry's window is over. A difference that a named tolerance would let pass, were
-- it not above its approval_minor, is told with its name.
insert into finding (anchor_id, entry_id, code, amount_minor, exposure_minor, explanation)
with

described as (

    select
        pair.ledger_id,
        pair.external_id,
        ledger.amount_minor as ledger_minor,
        external.amount_minor as external_minor,
        pair.kind,
        -- The money that moved, or is to move, as the side has it that says so.
        case when external.status = 'SUCCESS' then external.amount_minor else ledger.amount_minor end
            as moved_minor,
        'PENDING' in (ledger.status, external.status) as is_pending,
        ledger.is_due,
        ledger.currency,
        case when ledger.rrn = external.rrn then 'rrn' end as by_rrn,
        case when ledger.utr = external.utr then 'utr' end as by_utr,
        case
            when ledger.rrn = external.rrn then 'RRN ' || ledger.rrn else 'UTR ' || ledger.utr
        end as reference,
        concat_ws(' ', 'ledger', ledger.amount_text, ledger.status, 'on account ••••' || ledger.last4)
            as ledger_text,
        concat_ws(
            ' ', external.source, external.amount_text, external.status,
            'on account ••••' || external.last4
        ) as external_text,
        case
            -- Money left the account, and our side says that it did not arrive.
            when
                external.status = 'SUCCESS'
                and ledger.status <> 'SUCCESS'
                and external.amount_minor < 0
                and pair.kind in (1, 2)
                then 'STS_DEBITED_NOT_CONFIRMED'
            when ledger.status <> external.status and pair.kind in (1, 2) then 'STS_BANK_DIFFERS'
            when pair.kind = 0 and ledger.status = 'PENDING' then 'STS_DEEMED_PENDING'
            -- Alike in all, and left by the passes: others of the reference stand between.
            when pair.kind = 0 and ledger.status = 'SUCCESS' then 'AMBIGUOUS'
            when
                pair.kind = 2
                and ledger.currency = 'INR'
                and abs(external.amount_minor - ledger.amount_minor) <= :rounding_minor_max
                then 'AMT_ROUNDING'
            when pair.kind = 2 and abs(external.amount_minor) < abs(ledger.amount_minor)
                then 'AMT_SHORT'
            when pair.kind = 2 then 'AMT_OVER'
            when pair.kind = 3 then 'CURRENCY'
            when pair.kind = 4 then 'DIRECTION'
            when pair.kind = 5 then 'ACCOUNT'
        end as code
    from pair
    inner join scene as ledger on pair.ledger_id = ledger.entry_id
    inner join scene as external on pair.external_id = external.entry_id
    where
        not pair.is_rivalled
        -- Two that failed agree, and so do a failed and a pending one: no money moved.
        and ('SUCCESS' in (ledger.status, external.status) or ledger.status = external.status)

)

select
    described.ledger_id as anchor_id,
    member.entry_id,
    described.code,
    case described.code
        when 'CURRENCY' then described.ledger_minor  -- never a sum across currencies
        else described.external_minor - described.ledger_minor
    end as amount_minor,
    -- One amount, and no agreement on whether it moved, or where.
    case when described.code like 'STS%' or described.code = 'ACCOUNT' then described.moved_minor end
        as exposure_minor,
    concat(
        'Same ', described.reference, ' on both sides: ', described.ledger_text, '; ',
        described.external_text, '.', named.words
    ) as explanation
from described
left join lateral (
    select
        concat(
            ' The difference is ', tolerance.cause, ': above ',
            recon.decimal_text(tolerance.approval_minor, described.currency), ' ',
            described.currency, ' people decide, and a write-off takes two.'
        ) as words
    from
        unnest(
            cast(:tolerance_causes as text[]),
            cast(:tolerance_references as text[]),
            cast(:tolerance_minor_maxes as bigint[]),
            cast(:tolerance_minors as text[]),
            cast(:approval_minors as bigint[])
        ) with ordinality as tolerance (cause, reference, minor_max, minors, approval_minor, place)
    where
        described.code in ('AMT_SHORT', 'AMT_OVER', 'AMT_ROUNDING')
        and described.currency = 'INR'
        and tolerance.reference in (described.by_rrn, described.by_utr)
        and abs(described.external_minor - described.ledger_minor) > tolerance.approval_minor
        and case
            when tolerance.minors = ''
                then
                    abs(described.external_minor - described.ledger_minor) <= tolerance.minor_max
            else
                cast(described.ledger_minor - described.external_minor as text)
                = any(string_to_array(tolerance.minors, ','))
        end
    order by tolerance.place
    limit 1
) as named on true
cross join lateral (values (described.ledger_id), (described.external_id)) as member (entry_id)
where
    described.code is not null
    and (not described.is_pending or described.is_due)
