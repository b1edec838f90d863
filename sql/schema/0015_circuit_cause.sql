-- Why a source is left alone is said by whoever meets its open circuit, not only by the call
-- that opened it.
alter table ops.circuit add column last_cause text;
comment on column ops.circuit.last_cause is 'What the last failure said, redacted; null once an answer came.';
