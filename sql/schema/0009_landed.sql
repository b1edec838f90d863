-- What is landed and not staged yet. Asked every hour, so it is a list of its own: history is
-- not gone through for the few that wait.
create table staging.waiting_delivery (
    delivery_id bigint primary key references raw.delivery,
    source text not null,
    interval_from timestamptz not null,
    interval_to timestamptz not null
);
comment on table staging.waiting_delivery is 'Landed, and not staged yet: an hour in it is not covered.';

insert into staging.waiting_delivery (delivery_id, source, interval_from, interval_to)
select
    delivery_id,
    source,
    interval_from,
    interval_to
from raw.delivery
where
    not control ? 'refused'  -- evidence of an answer that could not be used
    and not exists (
        select
        from staging.load_delivery
        where load_delivery.delivery_id = delivery.delivery_id
    );
