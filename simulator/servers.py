"""All servers of one simulated world, in one thread of this process.

    servers = serve(world, home, database_url=url)
    servers.environment   # every variable the engine needs to reach them
    servers.fault("hdfc", "too_many", retry_after="2")   # see simulator.faults
    servers.folder("axis")        # what its SFTP host shows; write there to change it
    servers.accesses("hdfc")      # what was asked, as far as it was answered
    servers.stop()

In `home`: access/*.jsonl, sftp/<bank>/, corrections/<bank>/, secrets.json and keys (0600),
ports.json, and, while the servers run, environment.json (0600), written when the last of them
listens.
"""

import asyncio
import json
import threading
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any

from simulator import credentials, files, tables
from simulator.access_log import AccessLog
from simulator.environment import control_variables, rest_variables, sftp_variables
from simulator.faults import Faults
from simulator.rest_control import Control
from simulator.rest_gate import Gate
from simulator.rest_listener import HttpListener
from simulator.rest_messages import Site
from simulator.rest_quota import REQUESTS_PER_HOUR, Quota
from simulator.rest_sites import sites_of
from simulator.sftp import SftpListener
from simulator.sftp_host import STATEMENTS, Account, Host
from simulator.world import FILE_BANKS, World

SFTP_USER = "recon"
KEY_BANKS = ("kotak",)  # log in with a key, the others with a password
ENVIRONMENT_FILE = "environment.json"
CONTROL = "control"
CORRECTIONS = "corrections"
WAIT_SECONDS = 30.0
Quotas = Mapping[str, int | None]


class Servers:
    """Running servers; made by `serve`. `quotas`: requests an hour, None for no end."""

    def __init__(self, world: World, home: Path, *, quotas: Quotas, is_https: bool) -> None:
        self.home = home
        self.faults = Faults()
        self.environment: dict[str, str] = {}
        self._held = credentials.load_secrets(home)
        self._ports = credentials.load_ports(home)
        self._logs: dict[str, AccessLog] = {}
        self._tls = credentials.certificate(home / "tls") if is_https else None
        sites = sites_of(world, self.faults, self._held, home)
        self._http = {n: self._http_listener(n, site, quotas[n]) for n, site in sites.items()}
        self._sftp = {name: self._sftp_listener(name) for name in FILE_BANKS}
        self._listeners: dict[str, HttpListener | SftpListener] = {**self._http, **self._sftp}
        self.sources = tuple(self._listeners)
        control = Control(self, self._held["control_token"])
        self._control = HttpListener(control, self._ports.get(CONTROL, 0))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="servers")

    def _http_listener(self, name: str, site: Site, per_hour: int | None) -> HttpListener:
        gate = Gate(
            site, name, faults=self.faults, quota=Quota(per_hour), access_log=self._log(name)
        )
        return HttpListener(gate, self._ports.get(name, 0), self._tls[:2] if self._tls else None)

    def _sftp_listener(self, name: str) -> SftpListener:
        if name in KEY_BANKS:
            client_key = credentials.ssh_key(self._key_file(name, "client"))
            account = Account(SFTP_USER, public_key=client_key)
        else:
            account = Account(SFTP_USER, password=self._held[f"{name}_password"])
        host = Host(
            name, self.home / "sftp" / name, account, self.faults, self._log(name),
            corrections=self.home / CORRECTIONS / name,
        )  # fmt: skip
        return SftpListener(host, self._ports.get(name, 0), self._host_key(name))

    def _key_file(self, source: str, role: str) -> Path:
        return self.home / "ssh" / f"{source}_{role}"

    def _host_key(self, source: str, role: str = "host") -> Any:
        return credentials.ssh_key(self._key_file(source, role))

    def _log(self, name: str) -> AccessLog:
        return self._logs.setdefault(name, AccessLog(self.home / "access", name))

    def start(self) -> None:
        self._thread.start()
        try:
            self._wait(self._open())
        except BaseException:
            self.stop()
            raise
        credentials.save_ports(self.home, self._ports)
        key_files = {name: self._key_file(name, "client") for name in KEY_BANKS}
        self.environment |= {
            **rest_variables(self._http, self._held, authority=self._tls[2] if self._tls else None),
            **sftp_variables(self._sftp, key_files),
            **control_variables(self._control.port, self._held["control_token"]),
        }
        credentials.write_private(self.environment_file, json.dumps(self.environment).encode())

    @property
    def environment_file(self) -> Path:
        return self.home / ENVIRONMENT_FILE

    async def _open(self) -> None:
        for name, listener in {**self._listeners, CONTROL: self._control}.items():
            await listener.open()
            self._ports[name] = listener.port

    def stop(self) -> None:
        """Close every port. Nothing when it is stopped already."""
        if not self._thread.is_alive():
            return
        self.environment_file.unlink(missing_ok=True)
        self._wait(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WAIT_SECONDS)
        self._loop.close()
        for log in self._logs.values():
            log.close()

    async def _close(self) -> None:
        listeners = (*self._listeners.values(), self._control)
        await asyncio.gather(*(listener.close() for listener in listeners))
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def fault(self, source: str, kind: str, **options: Any) -> None:
        """Make `source` do something wrong. ValueError for a kind there is not."""
        self._wait(self.set_fault(source, kind, **options))

    def mend(self, source: str | None = None) -> None:
        """Take back the faults of `source`, or all of them."""
        self._wait(self.clear_faults(source))

    def folder(self, source: str) -> Path:
        """Where the files of an SFTP source lie on its host."""
        return self._sftp[source].host.folder / STATEMENTS

    def accesses(self, source: str) -> list[dict[str, Any]]:
        """The lines of its access log."""
        lines = self._logs[source].path.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def armed(self) -> dict[str, list[dict[str, Any]]]:
        """The faults that are set, by source."""
        return self.faults.armed()

    async def set_fault(self, source: str, kind: str, **options: Any) -> None:
        """`fault`, from within the servers' own loop."""
        if source not in self.sources:
            raise ValueError(f"no such source: {source!r}; one of {', '.join(self.sources)}")
        if kind == "host_key_changed" and source not in self._sftp:
            raise ValueError(f"{source} shows no host key")
        self.faults.set(source, kind, **options)
        if kind == "down":
            await self._listeners[source].close()
        elif kind == "host_key_changed":
            await self._show_key(source, self._host_key(source, "other"))

    async def clear_faults(self, source: str | None) -> None:
        """`mend`, from within the servers' own loop."""
        changed = {n for n, faults in self.armed().items() if _is_of(faults, "host_key_changed")}
        self.faults.clear(source)
        for name in [source] if source else self.sources:
            if name in changed:
                await self._show_key(name, self._host_key(name))
            await self._listeners[name].open()

    async def _show_key(self, source: str, key: Any) -> None:
        listener = self._sftp[source]
        await listener.close()
        listener.key = key
        await listener.open()

    def _wait(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT_SECONDS)


def _is_of(faults: list[dict[str, Any]], kind: str) -> bool:
    return any(fault["kind"] == kind for fault in faults)


def serve(
    world: World,
    home: Path,
    *,
    database_url: str | None,
    quota_factor: float | None = 1.0,
    quotas: Quotas | None = None,
    is_https: bool = False,
) -> Servers:
    """Show `world` through its servers until `stop`.

    `database_url`: where core and mobile get their tables (made anew); None for no tables.
    `quotas` are requests an hour by source in place of the documented ones; `quota_factor`
    stretches them all, None lifts them.
    """
    for bank in FILE_BANKS:
        files.write_statements(
            world, bank, home / "sftp" / bank / STATEMENTS, home / CORRECTIONS / bank
        )
    asked = {**REQUESTS_PER_HOUR, **(quotas or {})}
    granted = {
        name: None if n is None or quota_factor is None else int(n * quota_factor)
        for name, n in asked.items()
    }
    servers = Servers(world, home, quotas=granted, is_https=is_https)
    if database_url is not None:
        tables.fill(world, database_url)
        servers.environment["LEDGER_DATABASE_URL"] = database_url
        servers.environment["MOBILE_DATABASE_URL"] = database_url
    servers.start()
    return servers
