-- Of one header read more than once in this load, only the newest reading stays.
delete from staged_settlement as older
using staged_settlement as newer
where
    newer.settlement_id = older.settlement_id
    and (newer.fetched_at, newer.delivery_id, newer.row_no)
    > (older.fetched_at, older.delivery_id, older.row_no)
