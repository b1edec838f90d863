-- What is recorded once and never made again (past events and proofs, what people decided, what
-- one load noticed) is sealed with a digest of its row, so that `verify` names a changed one.
create function ops.seal_of(row_now anyelement, left_out text[]) returns bytea
language sql stable set timezone = 'UTC' as $$
    select sha256(convert_to(
        cast(jsonb_strip_nulls(to_jsonb(row_now) - 'seal' - left_out) as text), 'UTF8'
    ))
$$;
comment on function ops.seal_of is 'SHA-256 of a row; columns that are null are as if they were not there, so that later ones change no seal.';

-- Its arguments: the columns that one later change may fill, first the one that is null until
-- then. That change seals the row anew where it was whole and nothing else of it changes; any
-- other leaves a seal that does not fit.
create function ops.seal_row() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        new.seal := ops.seal_of(new, '{}');
    elsif old.seal = ops.seal_of(old, '{}')
        and ops.seal_of(old, tg_argv) = ops.seal_of(new, tg_argv)
        and to_jsonb(old) ->> tg_argv[0] is null
    then
        new.seal := ops.seal_of(new, '{}');
    end if;
    return new;
end
$$;

do $$
declare
    sealed record;
    place text;
begin
    for sealed in
        select *
        from (values
            ('recon', 'break_event', ''),
            ('recon', 'proof', 'known_to'),
            ('recon', 'candidate', 'known_to'),
            ('recon', 'suggestion', 'known_to'),
            ('recon', 'severity_rule', ''),
            ('recon', 'decision', 'known_to,ended_by,end_reason'),
            ('recon', 'decision_member', 'known_to'),
            ('recon', 'write_off',
                'answer,answered_by,answered_at,answer_comment,answer_known_from'),
            ('staging', 'unseen_entry', 'known_to'),
            ('staging', 'duplicate_statement', '')
        ) as sealed_table (schema_name, table_name, ends)
    loop
        place := format('%I.%I', sealed.schema_name, sealed.table_name);
        execute format('alter table %s add column seal bytea', place);
        execute format('alter table %s disable trigger user', place);
        -- What was recorded before holds as it stands.
        execute format('update %s as held set seal = ops.seal_of(held, ''{}'')', place);
        execute format('alter table %s enable trigger user', place);
        -- By its name it comes after the guards, which compare the row as it was given.
        execute format(
            'create trigger %I before insert or update on %s'
            ' for each row execute function ops.seal_row(%s)',
            sealed.table_name || '_sealed', place, sealed.ends
        );
    end loop;
end
$$;
