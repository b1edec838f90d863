-- The chargebacks of a payment, found by it; few lines have a dispute.
create index entry_disputed_payment_idx on staging.entry (payment_id)
where dispute_id is not null and known_to is null;
