-- Answer the write-off of :break_id that waits: approved, refused, lapsed, withdrawn. Returns how many.
update recon.write_off
set
    answer = :answer,
    answered_by = :answered_by,
    answered_login = :answered_login,
    answered_at = now(),
    answer_comment = :comment,
    answer_known_from = :known_at
where
    break_id = cast(:break_id as uuid)
    and answer is null
