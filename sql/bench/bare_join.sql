-- The floor: a full outer join on the key and nothing else.
select
    count(*) as entries,
    count(ledger.entry_id) as ledger_entries,
    count(bank.entry_id) as bank_entries
from ledger
full outer join bank on ledger.reference_key = bank.reference_key
