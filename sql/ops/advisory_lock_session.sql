-- Hold the advisory lock named :key until the session ends.
select pg_advisory_lock(hashtextextended(:key, 0))
