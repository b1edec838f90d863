analyze position, balance_day, cause
