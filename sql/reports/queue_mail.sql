-- Queue a message under its own id; one that is there already stays as it is.
insert into ops.outbox (message_id, recipients, subject, body_cipher, state)
values (:message_id, :recipients, :subject, :body_cipher, 'queued')
on conflict (message_id) do nothing
