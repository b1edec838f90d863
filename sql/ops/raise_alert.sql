-- Raise an alert, or renew one that was cleared; one that stands keeps the time it was raised.
insert into ops.alert as alert (kind, subject, detail)
values (:kind, :subject, :detail)
on conflict (kind, subject) do update
    set
        detail = excluded.detail,
        raised_at = case
            when alert.cleared_at is null then alert.raised_at
            else now()
        end,
        cleared_at = null
    where
    alert.cleared_at is not null
    or alert.detail <> excluded.detail
