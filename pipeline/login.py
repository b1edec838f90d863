"""Who is logged in at the machine, as the operating system says it."""

import os
import pwd


def os_user() -> str:
    """By the process's user id: unlike what getpass reads first, no variable of the environment
    says otherwise. The number itself where the system has no name for it.
    """
    uid = os.getuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
