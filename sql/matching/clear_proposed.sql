truncate proposed
