-- Forget the open items at go-live: the whole list is written anew after.
delete from ops.opening_item
