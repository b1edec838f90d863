-- The interval is landed whole. Said once; a rerun says nothing new.
insert into raw.coverage (source, interval_from, interval_to, deliveries, landed_at, known_at)
values (
    :source,
    :interval_from,
    :interval_to,
    :deliveries,
    clock_timestamp(),
    greatest(:interval_to, recon.next_moment())
)
on conflict (source, interval_from, interval_to) do nothing
