"""Sources that lay files on an SFTP host: fetched once, proven, never touched over there.

A file is taken when its marker (.done, .ok, .ctl) is there, or when its size and time stood
still over two looks `settle` apart. One that is not ready is left for the next run: the
trailing window comes back for it.
"""

import logging
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd

from adapters.attempts import TransferAttempt
from adapters.backoff import backoff
from adapters.base import FileLook, Payload, Services, SourceConfig
from adapters.config import expanded
from adapters.errors import LimitExceeded, RateLimited, SourceError, SourceUnavailable
from adapters.files import Wanted, choose, masked
from adapters.sftp_settings import limits_of, peer_of
from adapters.ssh import FileGoneError, Session
from adapters.ssh_login import Peer
from adapters.statement_files import StatementFiles
from reconciliation.model import HOUR, IST, Interval, floor_hour

log = logging.getLogger(__name__)

PAUSE_SECONDS_MAX = 20.0
REFUSED_SHOWN_MAX = 5


class SftpSource:
    def __init__(self, config: SourceConfig, services: Services) -> None:
        self.config = config
        self.services = services
        self.limits = limits_of(config)
        self.files = {name: StatementFiles(config, one) for name, one in config.datasets.items()}

    def fetch(self, window: Interval) -> Iterator[Payload]:
        peer = peer_of(self.config, self.limits)
        self.services.circuit.check(self.config.name)
        waiting: dict[str, tuple[str, Wanted]] | None = None
        attempt, deadline = 1, time.monotonic() + self.limits.budget
        with self._work_folder() as folder:
            while waiting is None or waiting:
                try:
                    with self._session(peer, attempt) as session:
                        if waiting is None:
                            waiting = self._waiting(session, window)
                        for name in list(waiting):
                            payload = self._take(session, *waiting[name], folder, attempt)
                            del waiting[name]
                            attempt, deadline = 1, time.monotonic() + self.limits.budget
                            if payload is not None:
                                yield payload
                except RateLimited:
                    raise
                except SourceUnavailable as error:
                    if attempt >= self.limits.attempts or time.monotonic() >= deadline:
                        self.services.circuit.failed(self.config.name, str(error))
                        raise
                    left = max(deadline - time.monotonic(), 0)
                    time.sleep(backoff(attempt, min(PAUSE_SECONDS_MAX, left)))
                    attempt += 1
        self.services.circuit.succeeded(self.config.name)

    def parse(self, payload: Payload) -> pd.DataFrame:
        return self.files[payload.dataset].parse(payload)

    def parse_many(self, payloads: Sequence[Payload]) -> pd.DataFrame:
        """See `StatementFiles.parse_many`; the payloads are of one dataset."""
        (dataset,) = {payload.dataset for payload in payloads}
        return self.files[dataset].parse_many(payloads)

    def normalise(self, dataset: str, rows: pd.DataFrame) -> pd.DataFrame:
        return self.files[dataset].entries(rows)

    def check(self) -> list[str]:
        """Logs in and looks at the last day's names; takes nothing."""
        end = floor_hour(datetime.now(UTC))
        try:
            with Session(peer_of(self.config, self.limits)) as session:
                listing = list(session.names(self.limits.listing, self.limits.names_max))
        except SourceError as error:
            return [str(error)]
        problems = []
        for name, files in self.files.items():
            start, words = end - 24 * HOUR, "the last day"
            if "hour" not in files.pattern.groupindex:  # none may come over a long weekend
                today = end.astimezone(IST).replace(hour=0)
                start, words = today - 8 * 24 * HOUR, "the last eight days"
            choice = choose(listing, files.pattern, Interval(start, end))
            if not choice.wanted:
                problems.append(f"{name}: none of {len(listing)} names is a file of {words}")
        return problems

    @contextmanager
    def _work_folder(self) -> Iterator[Path]:
        """A private folder for downloads, gone afterwards: statements stay nowhere in clear."""
        home = expanded(self.config).text("work_folder", "")
        parent = Path(home) / "downloads" if home else None
        if parent is not None:
            parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"{self.config.name}-", dir=parent) as folder:
            yield Path(folder)

    def _session(self, peer: Peer, attempt: int) -> Session:
        """A login counts against the quota, and one that fails leaves its row in the audit."""
        until = datetime.now(UTC) + timedelta(seconds=self.limits.budget)
        self.services.rate_limiter.acquire(self.config.name, until)
        tried = self._attempt(peer.host, attempt)
        try:
            return Session(peer)
        except SourceError as error:
            tried.ended("(login)", type(error).__name__)
            raise

    def _attempt(self, host: str, number: int) -> TransferAttempt:
        return TransferAttempt(self.services.audit, self.config.name, host, number)

    def _waiting(self, session: Session, window: Interval) -> dict[str, tuple[str, Wanted]]:
        """What is new in the window, by name; in order of period."""
        listing = list(session.names(self.limits.listing, self.limits.names_max))
        waiting: dict[str, tuple[str, Wanted]] = {}
        refused: set[str] = set()
        for number, (dataset, files) in enumerate(self.files.items()):
            choice = choose(listing, files.pattern, window)
            strange = set(choice.refused)
            refused = strange if number == 0 else refused & strange  # none of them wants it
            waiting |= {
                one.listed.name: (dataset, one)
                for one in choice.wanted
                if not self.services.files.is_known(self.config.name, _look(one))
            }
        if refused:
            log.warning(
                "%s: %d names in the folder are not agreed and were left alone, such as %s",
                self.config.name, len(refused), ", ".join(sorted(refused)[:REFUSED_SHOWN_MAX]),
            )  # fmt: skip
        if not all(one.is_marked for _, one in waiting.values()):
            time.sleep(self.limits.settle)  # once for all of them: the second look comes in _take
        return waiting

    def _take(
        self, session: Session, dataset: str, wanted: Wanted, folder: Path, attempt: int
    ) -> Payload | None:
        """The file as a payload; None when it is gone, growing, or changed while it was read."""
        listed, name = wanted.listed, wanted.listed.name
        tried, shown = self._attempt(session.peer.host, attempt), masked(name, wanted.account_at)
        if not wanted.is_marked and session.look(name, self.limits.file) != listed:
            tried.ended(shown, "not_settled")
            return None
        part, whole = folder / "download.part", folder / "download"
        part.unlink(missing_ok=True)
        try:
            size, sha256 = session.read(name, part, self.limits.file, self.limits.bytes_max)
            is_same = size == listed.bytes and session.look(name, self.limits.file) == listed
        except FileGoneError:
            tried.ended(shown, "gone")
            return None
        except SourceError as error:
            outcome = "too_large" if isinstance(error, LimitExceeded) else "broken_off"
            size = part.stat().st_size if part.exists() else 0
            tried.ended(shown, outcome, size)
            raise
        if not is_same:
            tried.ended(shown, "changed", size)
            return None
        part.replace(whole)
        body = whole.read_bytes()
        whole.unlink()
        tried.ended(shown, "ok", size, sha256)
        return Payload(
            dataset=dataset,
            part=wanted.part,
            name=name,
            body=body,
            fetched_at=datetime.now(UTC),
            control=self.files[dataset].control(body),
            modified_at=listed.modified_at,
            account_at=wanted.account_at,
            day=wanted.day,
        )


def _look(wanted: Wanted) -> FileLook:
    listed = wanted.listed
    return FileLook(listed.name, listed.bytes, listed.modified_at, wanted.account_at)
