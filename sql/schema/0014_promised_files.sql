-- Files that a source promises by its YAML: which have come, and which have not.
alter table ops.account add column closing_date date;
comment on column ops.account.closing_date is 'The last day of the account: no statement is waited for after it.';

create table raw.file_day (
    delivery_id bigint primary key references raw.delivery,
    source text not null,
    dataset text not null,
    number_index bytea,  -- blind index of the account in the file's name; null: it names none
    last4 text,
    day date not null
);
comment on table raw.file_day is 'The account and day that the name of each landed file of a whole day says.';
create index file_day_idx on raw.file_day (source, dataset, day);

create trigger file_day_append_only
before update or delete or truncate on raw.file_day
for each statement execute function ops.refuse_change();

-- What landed before this table was: the day is eight digits of the kept name, the account its
-- token there. Files by the hour, whose name goes on with two digits, are left out.
insert into raw.file_day (delivery_id, source, dataset, number_index, last4, day)
with

days as (

    select cast(day as date) as day
    from generate_series(timestamp '2000-01-01', timestamp '2099-12-31', interval '1 day') as day

)

select distinct on (delivery.delivery_id)
    delivery.delivery_id,
    delivery.source,
    delivery.dataset,
    account.number_index,
    account.last4,
    days.day
from raw.delivery
cross join
    lateral substring(
        delivery.part from '(?<![0-9])(20[0-9]{6})(?![0-9]|_[0-9]{2}(?![0-9]))'
    ) as named (digits)
inner join days on named.digits = to_char(days.day, 'YYYYMMDD')
left join ops.account
    on strpos(
        delivery.part,
        translate(
            left(encode(account.number_index, 'hex'), 16), '0123456789abcdef', 'abcdefghijklmnop'
        ) || '-' || account.last4
    ) > 0
where
    delivery.modified_at is not null  -- a file
    and not delivery.control ? 'refused'
order by delivery.delivery_id;

-- The files of one promise whose day has begun by :until and that are not staged. Promised are
-- the days since the source was first there from their beginning and, by account, since the
-- first day a file of it was seen, after its opening and up to its closing date.
create function raw.missing_files(
    of_source text,
    of_dataset text,
    of_calendar text,
    on_business_days boolean,
    by_account boolean,
    due_time time,
    due_on_business_day boolean,
    until timestamptz
) returns table (
    number_index bytea,  -- empty: the file is of all accounts
    account_id integer,  -- null: of all; 0: of one that no entry knows
    last4 text,
    day date,
    range_from timestamptz,  -- what it would tell: its day, and the days off before it
    range_to timestamptz,
    due_at timestamptz,
    is_landed boolean,
    is_late boolean  -- nobody is late to a folder that nobody could look into
) language sql stable as $$
    with

    covered as (

        select
            min(interval_from) at time zone 'Asia/Kolkata' as first_at,
            max(interval_to) as looked_until
        from raw.coverage
        where source = of_source

    ),

    days as (

        select
            calendar.day,
            lag(calendar.day) over (order by calendar.day) as day_before
        from ops.calendar
        where calendar.calendar = of_calendar and (calendar.is_business or not on_business_days)

    ),

    arrived as (

        select
            case when by_account then file_day.number_index else '' end as number_index,
            file_day.day,
            max(file_day.last4) as last4,
            bool_or(waiting_delivery.delivery_id is null) as is_staged
        from raw.file_day
        left join staging.waiting_delivery
            on file_day.delivery_id = waiting_delivery.delivery_id
        where file_day.source = of_source and file_day.dataset = of_dataset
        group by 1, 2

    ),

    expected as (

        select
            arrived.number_index,
            account.account_id,
            max(arrived.last4) as last4,
            min(arrived.day) as first_day,
            account.opening_date,
            account.closing_date
        from arrived
        left join ops.account on arrived.number_index = account.number_index
        where by_account and arrived.number_index is not null
        group by arrived.number_index, account.account_id

        union all

        select
            '' as number_index,
            null as account_id,
            null as last4,
            '-infinity' as first_day,
            null as opening_date,
            null as closing_date
        where not by_account

    ),

    missing as (

        select
            expected.number_index,
            case when by_account then coalesce(expected.account_id, 0) end as account_id,
            expected.last4,
            days.day,
            cast(coalesce(days.day_before + 1, days.day) as timestamp) at time zone 'Asia/Kolkata'
                as range_from,
            cast(days.day + 1 as timestamp) at time zone 'Asia/Kolkata' as range_to,
            (
                case when due_on_business_day then (
                    select min(later.day)
                    from ops.calendar as later
                    where
                        later.calendar = of_calendar
                        and later.is_business
                        and later.day > days.day
                ) else days.day + 1 end + due_time
            ) at time zone 'Asia/Kolkata' as due_at,
            arrived.day is not null as is_landed,
            covered.looked_until
        from covered
        inner join days on days.day >= covered.first_at
        inner join expected
            on
                days.day >= expected.first_day
                and days.day > coalesce(expected.opening_date, '-infinity')
                and days.day <= coalesce(expected.closing_date, 'infinity')
        left join arrived
            on days.day = arrived.day and expected.number_index = arrived.number_index
        where not coalesce(arrived.is_staged, false)

    )

    select
        number_index,
        account_id,
        last4,
        day,
        range_from,
        range_to,
        due_at,
        is_landed,
        not is_landed and due_at <= least(until, looked_until) as is_late
    from missing
    where range_from < until
$$;
comment on function raw.missing_files is 'Files a source promised whose day has begun and that are not staged.';
