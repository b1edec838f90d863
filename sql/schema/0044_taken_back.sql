-- A write-off that was asked for may be withdrawn before it is answered, by who asked and nobody
-- else; refusing is the checker's.
alter table recon.write_off drop constraint write_off_answer_check;
alter table recon.write_off add constraint write_off_answer_check check (
    answer in ('approved', 'refused', 'lapsed', 'withdrawn')
);
alter table recon.write_off drop constraint write_off_two_people;
alter table recon.write_off add constraint write_off_two_people check (
    case answer
        when 'lapsed' then true
        when 'withdrawn' then lower(btrim(answered_by)) = lower(btrim(asked_by))
        else lower(btrim(answered_by)) <> lower(btrim(asked_by))
    end
);

alter table recon.break_event drop constraint break_event_event_check;
alter table recon.break_event add constraint break_event_event_check check (
    event in (
        'opened', 'changed', 'resolved', 'reopened', 'assigned', 'commented',
        'write_off_asked', 'write_off_approved', 'write_off_refused', 'write_off_withdrawn'
    )
);

-- What two people wrote off, no one opens again: facts do, where they become others.
create function recon.check_reopened() returns trigger language plpgsql as $$
begin
    if coalesce((
        select before.resolution
        from recon.break_event as before
        where before.break_id = new.break_id and before.known_at < new.known_at
        order by before.known_at desc
        limit 1
    ), '') not in ('not_a_break', 'claimed')
    then
        raise exception 'people reopen what one of them closed, and nothing else'
            using errcode = 'check_violation', constraint = 'break_event_reopened_by_people';
    end if;
    return new;
end
$$;

create trigger break_event_reopened
before insert on recon.break_event
for each row when (new.event = 'reopened' and new.actor is not null)
execute function recon.check_reopened();
