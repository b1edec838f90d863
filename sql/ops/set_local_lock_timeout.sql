-- How long this transaction waits for a lock (:timeout, as '30s').
select set_config('lock_timeout', :timeout, true)
