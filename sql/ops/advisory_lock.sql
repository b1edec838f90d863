-- Hold the advisory lock named :key until the transaction ends.
select pg_advisory_xact_lock(hashtextextended(:key, 0))
