"""Auditors may ask long questions, but none that outlives the hour's work."""

import logging
from datetime import timedelta

from pipeline.settings import Settings
from pipeline.store import Store

LONGEST = timedelta(minutes=10)  # ten times what the role is given by default

log = logging.getLogger(__name__)


def end_long_queries(settings: Settings, longest: timedelta) -> int:
    """End what recon_auditor has had open for longer; how many sessions.

    As the owner, a member of the role. On a user's own server whose login is no member of it,
    nothing is ended.
    """
    with Store.open(settings, "owner").transaction() as transaction:
        ended = int(transaction.value("ops/end_long_audits", longest=longest))
    if ended:
        log.warning("%d queries of recon_auditor were open for over %s: ended", ended, longest)
    return ended
