-- Who may do what. Idempotent: run again after every migration.
--
-- recon_etl      the steps: writes, but never rewrites evidence (raw, audit, event history)
-- recon_app      the dashboard: reads results and operations, no evidence, no account numbers
-- recon_auditor  reads the masked views of schema report, nothing else
--
-- On a user's own server a role may be missing: its grants are then left out.
revoke all on schema ops, raw, staging, recon, audit, report, migration from public;
revoke execute on all functions in schema ops, raw, staging, recon, audit, report from public;

do $$
begin
    if exists (select from pg_catalog.pg_roles where rolname = 'recon_etl') then
        grant usage on schema ops, raw, staging, recon, audit, report to recon_etl;
        grant usage on all sequences in schema ops, raw, staging, recon, audit to recon_etl;
        grant execute on all functions in schema ops, raw, staging, recon, report to recon_etl;
        grant select on all tables in schema ops, raw, staging, recon, audit, report to recon_etl;
        grant insert, update, delete on all tables in schema ops, recon to recon_etl;
        grant insert on all tables in schema staging to recon_etl;
        grant update on staging.load to recon_etl;
        grant delete on staging.waiting_delivery to recon_etl;
        -- A version is closed, never changed.
        grant update (retired_load_id, known_to, end_reason) on staging.entry to recon_etl;
        grant update (known_to) on
            staging.balance, staging.settlement, staging.quarantine,
            staging.unseen_entry to recon_etl;
        grant insert on all tables in schema raw, audit to recon_etl;
        revoke update, delete on recon.break_event, recon.match_item_history from recon_etl;
        revoke update, delete on
            recon.edge_history, recon.account_history, recon.past_calendar,
            recon.backtest, recon.promotion,
            ops.output, ops.report_archive from recon_etl;
        revoke update, delete on recon.open_entry_history from recon_etl;
        grant update (known_to) on recon.open_entry_history to recon_etl;
        -- A decision is ended, a write-off answered, and neither is changed otherwise.
        revoke update, delete on
            recon.decision, recon.decision_member, recon.write_off from recon_etl;
        grant update (known_to, ended_by, end_reason) on recon.decision to recon_etl;
        grant update (known_to) on recon.decision_member to recon_etl;
        grant update (
            answer, answered_by, answered_at, answer_comment, answer_known_from, answered_login
        ) on recon.write_off to recon_etl;
        grant update (previous_hash, hash) on audit.event to recon_etl;
        -- The planner's statistics, which a first load outruns; before 17 only an owner may.
        if current_setting('server_version_num')::integer >= 170000 then
            execute 'grant maintain on staging.entry, recon.entry_block, recon.open_entry, '
                'recon.match_item to recon_etl';
        end if;
    end if;

    if exists (select from pg_catalog.pg_roles where rolname = 'recon_app') then
        grant usage on schema ops, raw, staging, recon, report to recon_app;
        grant execute on all functions in schema report to recon_app;
        grant select on all tables in schema recon, report to recon_app;
        -- People's words may hold an account number: read through report, where it is masked.
        revoke select on recon.decision, recon.write_off, recon.break_event from recon_app;
        grant select on ops.alert, ops.circuit, ops.calendar to recon_app;
        grant select on raw.coverage, staging.load to recon_app;
    end if;

    if exists (select from pg_catalog.pg_roles where rolname = 'recon_auditor') then
        grant usage on schema report to recon_auditor;
        grant execute on all functions in schema report to recon_auditor;
        grant select on all tables in schema report to recon_auditor;
    end if;
end
$$;
