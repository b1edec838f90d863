-- Keys that lie by time. A hash is spread evenly over an index: the rows of one hour each fell
-- into a page of their own, and the more history there was, the more pages an hour wrote. A
-- reference says bank, day and hour before its serial number, so 16 bits of its key are the hash
-- of all but its last six characters, and 48 that of the whole; the id of a match group begins
-- with its first date (matching/group_proposed).
create function recon.block_key(kind text, value text) returns bigint
language sql immutable strict parallel safe
return (
    (hashtextextended(kind || '=' || left(value, -6), 0) & 65535) << 48
) | (hashtextextended(kind || '=' || value, 0) & 281474976710655);

-- Every load is new again to every edge, and its keys and groups are made anew.
truncate recon.entry_block;
delete from recon.admitted_load;
