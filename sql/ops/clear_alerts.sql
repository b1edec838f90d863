-- Clear the alerts of a kind whose cause is gone: all but :subjects.
update ops.alert
set cleared_at = now()
where
    kind = :kind
    and cleared_at is null
    and subject <> all(cast(:subjects as text[]))
