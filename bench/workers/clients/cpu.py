"""CPU time of this process."""

import resource


def cpu() -> float:
    """CPU seconds so far, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
