-- A statement file is named after its account. `name` and `part` show a token in place of the
-- number, and so does whatever takes them over; the real ones are kept here, encrypted.
alter table raw.delivery add column name_cipher bytea;
comment on column raw.delivery.name_cipher is 'The real part and name, encrypted; null where part and name are as they came.';
