-- Accounts 1 to :accounts, of which nothing is known but that they are there.
insert into ops.account (number_index, number_cipher, last4, bank_code, currency, first_source)
select
    decode(lpad(to_hex(number), 8, '0'), 'hex') as number_index,
    '\x00' as number_cipher,
    lpad(cast(number as text), 4, '0') as last4,
    'HDFC' as bank_code,
    'INR' as currency,
    'core' as first_source
from generate_series(1, :accounts) as number
