"""What a reconciliation rate is made of, where a number alone frightens. Pure."""

ENTRIES_A_BREAK = 3  # from here on a break is a set, and the rate says little of how much is wrong


def rate_note(*, due_entries: int, breaks: int, matched_groups: int) -> str:
    """A sentence where few breaks hold most of what is due, else blank.

    The rate is matched / (matched + due) over entries: a settlement whose credit is a paisa short
    leaves each of its lines due.
    """
    if breaks == 0 or due_entries < ENTRIES_A_BREAK * breaks:
        return ""
    return (
        f"The rate counts entries, and one break may hold every line of a settlement: the"
        f" {due_entries} due are in {breaks} {'break' if breaks == 1 else 'breaks'};"
        f" {matched_groups} {'match stands' if matched_groups == 1 else 'matches stand'}."
    )
