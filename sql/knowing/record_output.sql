-- Note an output that was made; the same one again changes nothing.
insert into ops.output (what, parameters, as_of, sha256, bytes, lines, line_sums, made_by)
values (:what, :parameters, :as_of, :sha256, :bytes, :lines, :line_sums, :made_by)
on conflict do nothing
