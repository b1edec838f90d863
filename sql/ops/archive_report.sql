-- Keep a report as it was sent; the same one again changes nothing.
-- Parameters: :report, :business_date, :as_of, :sha256, :body_cipher. Changes one row or none.
insert into ops.report_archive (report, business_date, as_of, sha256, body_cipher)
values (:report, :business_date, :as_of, :sha256, :body_cipher)
on conflict (report, business_date, as_of) do nothing
