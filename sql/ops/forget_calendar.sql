-- The calendars are about to be written anew.
delete from ops.calendar
