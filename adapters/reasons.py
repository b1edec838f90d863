"""Why a connection failed, in words: people know no library's class names."""


def reason_of(problem: Exception) -> str:
    """A few words without an address or a value: what the system says, where it says any."""
    if isinstance(problem, TimeoutError):
        return "no answer in time"
    if isinstance(problem, OSError) and problem.strerror:
        return f"{problem.strerror[0].lower()}{problem.strerror[1:]}"
    if isinstance(problem, EOFError):
        return "the other side closed the connection"
    return "no reason was given"
