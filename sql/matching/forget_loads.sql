-- The rules changed: every load is new again, and the whole edge is derived anew.
delete from recon.admitted_load
where reconciliation = :reconciliation
