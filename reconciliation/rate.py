"""What a reconciliation rate is made of, where a number alone frightens. Pure."""

ENTRIES_A_BREAK = 3  # from here on a break is a set, and the rate says little of how much is wrong


def rate_note(*, shape: str, due_entries: int, breaks: int, matched_groups: int) -> str:
    """A sentence where breaks are few beside what is due on an edge of settlements, else blank.

    The rate is matched / (matched + due) over entries: a settlement whose credit is a paisa short
    leaves each of its lines due. What is due need not be in one of these breaks: people may have
    closed its own, and others are of no entry. `shape`: of the edge.
    """
    if shape != "settlement_bank" or breaks == 0 or due_entries < ENTRIES_A_BREAK * breaks:
        return ""
    are_open = "1 break is open" if breaks == 1 else f"{breaks} breaks are open"
    return (
        "The rate counts entries, and one break may hold every line of a settlement:"
        f" {due_entries} entries are due, {are_open},"
        f" {matched_groups} {'match stands' if matched_groups == 1 else 'matches stand'}."
    )
