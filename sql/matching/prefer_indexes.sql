-- Until this transaction ends, a page costs little beside the rows on it, and one out of order no
-- more than the next: what a run looks up is what it just wrote, and lies in memory. By Postgres's
-- own costs (pages 1 and 4, for turning disks; rows 0.01) an hour of 50,000 rows would rather read
-- all of the history than look them up; with these it does so beside less than some seventeen
-- times as many, where it is no dearer, and a first load reads all.
select
    set_config('seq_page_cost', '0.1', true) as seq_page_cost,
    set_config('random_page_cost', '0.1', true) as random_page_cost,
    set_config('cpu_tuple_cost', '0.03', true) as cpu_tuple_cost
