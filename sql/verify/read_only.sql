-- From here on this transaction, or the savepoint it is in, writes nothing but temporary tables.
select set_config('transaction_read_only', 'on', true)
