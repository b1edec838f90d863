-- The run that was late is over.
-- Parameters: :subject. Changes the alert that stands, if one does.
update ops.alert
set cleared_at = now()
where
    kind = 'deadline_missed'
    and subject = :subject
    and cleared_at is null
