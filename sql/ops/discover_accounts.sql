-- Note accounts met for the first time; parallel arrays, sorted by index so that two
-- sources never wait for each other crosswise.
insert into ops.account (number_index, number_cipher, last4, bank_code, currency, first_source)
select
    met.number_index,
    met.number_cipher,
    met.last4,
    met.bank_code,
    met.currency,
    :source as first_source
from
    unnest(
        cast(:indexes as bytea[]),
        cast(:ciphers as bytea[]),
        cast(:last4s as text[]),
        cast(:bank_codes as text[]),
        cast(:currencies as text[])
    ) as met (number_index, number_cipher, last4, bank_code, currency)
order by met.number_index
on conflict (number_index) do nothing
