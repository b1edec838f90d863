-- Dividing keeps 16 digits and no more: beyond ten to the fourteenth rupees the paise were lost.
-- A product is exact.
create or replace function recon.decimal_text(minor bigint, currency text) returns text
language sql immutable as $$
    select case
        when currency in ('JPY', 'KRW', 'VND') then cast(minor as text)
        when currency in ('KWD', 'BHD', 'OMR', 'JOD', 'TND')
            then cast(round(cast(minor as numeric) * 0.001, 3) as text)
        else cast(round(cast(minor as numeric) * 0.01, 2) as text)
    end
$$;

create or replace function report.amount(minor bigint, currency text)
returns numeric language sql immutable as $$
    select case
        when currency in ('JPY', 'KRW', 'VND') then cast(minor as numeric)
        when currency in ('KWD', 'BHD', 'OMR', 'JOD', 'TND')
            then round(cast(minor as numeric) * 0.001, 3)
        else round(cast(minor as numeric) * 0.01, 2)
    end
$$;
