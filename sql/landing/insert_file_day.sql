-- The account and day that the name of a landed file of a whole day says.
insert into raw.file_day (delivery_id, source, dataset, number_index, last4, day)
values (:delivery_id, :source, :dataset, :number_index, :last4, :day)
