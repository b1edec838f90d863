-- Until this transaction ends, a page out of order costs little more than the next: what a run
-- looks up is what it just wrote, and lies in memory. By Postgres's own default (4, for turning
-- disks) an hour of 50,000 rows would rather read all of the history than look them up.
set local random_page_cost = 1.1
