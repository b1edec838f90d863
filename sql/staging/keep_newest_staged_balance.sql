-- Of one balance read more than once in this load, only the newest reading stays; in one
-- delivery the last.
delete from staged_balance as older
using staged_balance as newer
where
    newer.account_id = older.account_id
    and newer.business_date = older.business_date
    and newer.kind = older.kind
    and newer.part = older.part
    and newer.currency = older.currency
    and (newer.fetched_at, newer.delivery_id, newer.row_no)
    > (older.fetched_at, older.delivery_id, older.row_no)
