-- A run missed its deadline: one alert a run, raised once however often we are told.
-- Parameters: :subject, :detail. Changes one row, or none when it stands already.
insert into ops.alert (kind, subject, detail)
values ('deadline_missed', :subject, :detail)
on conflict (kind, subject) do update
    set
        detail = excluded.detail,
        raised_at = now(),
        cleared_at = null
    where alert.cleared_at is not null
