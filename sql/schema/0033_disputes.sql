-- What the gateway holds back of a settlement line, and the dispute a line belongs to.
alter table staging.entry
add column on_hold boolean,  -- null: nothing is said, or it is not
add column dispute_id text;
comment on column staging.entry.on_hold is 'The gateway keeps the money of this line back.';
comment on column staging.entry.dispute_id is 'The chargeback that this line takes, or gives back.';
create index entry_dispute_idx on staging.entry (source, dispute_id)
where dispute_id is not null and known_to is null;
