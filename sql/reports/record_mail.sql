-- How an attempt to send a message ended.
update ops.outbox
set
    state = :state,
    attempts = attempts + 1,
    last_error = :last_error,
    sent_at = case when :state = 'sent' then now() end
where message_id = :message_id
