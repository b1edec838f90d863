"""All servers of one simulated world, in one thread of this process.

    servers = serve(world, home, database_url=url)
    servers.environment   # every variable the engine needs to reach them
    servers.fault("hdfc", "too_many", retry_after="2")   # see simulator.faults
    servers.folder("axis")        # what its SFTP host shows; write there to change it
    servers.accesses("hdfc")      # what was asked, as far as it was answered
    servers.stop()

In `home`: access/*.jsonl, sftp/<bank>/, secrets.json and keys (0600), ports.json, and, while
the servers run, environment.json (0600), written when the last of them listens.
"""

import asyncio
import json
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from simulator import credentials, files, tables
from simulator.access_log import AccessLog
from simulator.faults import Faults
from simulator.rest_auth import TokenIssuer
from simulator.rest_control import Control
from simulator.rest_gate import Gate
from simulator.rest_hdfc import TOKEN_SECONDS as HDFC_TOKEN_SECONDS
from simulator.rest_hdfc import Hdfc
from simulator.rest_icici import Icici
from simulator.rest_listener import HOST, HttpListener
from simulator.rest_messages import Site
from simulator.rest_quota import REQUESTS_PER_HOUR, Quota
from simulator.rest_razorpay import Razorpay
from simulator.rest_sbi import TOKEN_SECONDS as SBI_TOKEN_SECONDS
from simulator.rest_sbi import Sbi
from simulator.sftp import Account, Host, SftpListener
from simulator.world import World

SFTP_SOURCES = ("axis", "kotak")
STATEMENTS = "statements"  # the folder on a bank's host
ENVIRONMENT_FILE = "environment.json"
CONTROL = "control"
WAIT_SECONDS = 30.0


class Servers:
    """Running servers; made by `serve`."""

    def __init__(
        self, world: World, home: Path, *, quota_factor: float | None, is_https: bool
    ) -> None:
        self.home = home
        self.faults = Faults()
        self.environment: dict[str, str] = {}
        self._secrets = credentials.load_secrets(home)
        self._ports = credentials.load_ports(home)
        self._certificate: tuple[Path, Path] | None = None
        self._quota_factor = quota_factor
        if is_https:
            *pair, self._authority = credentials.certificate(home / "tls")
            self._certificate = (pair[0], pair[1])
        self._logs: dict[str, AccessLog] = {}
        self._http = {name: self._http_listener(name, site) for name, site in self._sites(world)}
        self._sftp = {name: self._sftp_listener(name) for name in SFTP_SOURCES}
        self._listeners: dict[str, HttpListener | SftpListener] = {**self._http, **self._sftp}
        self.sources = tuple(self._listeners)
        self._host_keys = {name: listener.key for name, listener in self._sftp.items()}
        control = Control(self, self._secrets["control_token"])
        self._control = HttpListener(control, self._ports.get(CONTROL, 0))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="servers")

    def _sites(self, world: World) -> list[tuple[str, Site]]:
        held, faults, horizon = self._secrets, self.faults, world.end
        hdfc_tokens = TokenIssuer(
            held["hdfc_client_id"], held["hdfc_client_secret"], HDFC_TOKEN_SECONDS
        )
        sbi_tokens = TokenIssuer(
            held["sbi_client_id"], held["sbi_client_secret"], SBI_TOKEN_SECONDS
        )
        return [
            ("hdfc", Hdfc(world.bank("hdfc"), horizon, faults, hdfc_tokens)),
            (
                "icici",
                Icici(
                    world.bank("icici"), horizon, faults,
                    key=held["icici_api_key"], token=held["icici_api_token"],
                ),
            ),
            ("sbi", Sbi(world.bank("sbi"), horizon, faults, sbi_tokens)),
            (
                "razorpay",
                Razorpay(
                    world, horizon, faults,
                    key=held["razorpay_key"], secret=held["razorpay_secret"],
                ),
            ),
        ]  # fmt: skip

    def _http_listener(self, name: str, site: Site) -> HttpListener:
        per_hour = REQUESTS_PER_HOUR[name]
        if per_hour is not None:
            per_hour = None if self._quota_factor is None else int(per_hour * self._quota_factor)
        gate = Gate(
            site, name, faults=self.faults, quota=Quota(per_hour), access_log=self._log(name)
        )
        return HttpListener(gate, self._ports.get(name, 0), self._certificate)

    def _sftp_listener(self, name: str) -> SftpListener:
        keys = self.home / "ssh"
        if name == "kotak":
            client_key = credentials.ssh_key(keys / f"{name}_client")
            account = Account("recon", public_key=client_key)
        else:
            account = Account("recon", password=self._secrets[f"{name}_password"])
        host = Host(name, self.home / "sftp" / name, account, self.faults, self._log(name))
        host_key = credentials.ssh_key(keys / f"{name}_host")
        return SftpListener(host, self._ports.get(name, 0), host_key)

    def _log(self, name: str) -> AccessLog:
        return self._logs.setdefault(name, AccessLog(self.home / "access", name))

    def start(self) -> None:
        self._thread.start()
        self._wait(self._open())
        self.environment.update(self._variables())
        credentials.save_ports(self.home, self._ports)
        content = json.dumps(self.environment).encode()
        credentials.write_private(self.home / ENVIRONMENT_FILE, content)

    async def _open(self) -> None:
        for name, listener in {**self._listeners, CONTROL: self._control}.items():
            await listener.open()
            self._ports[name] = listener.port

    def _variables(self) -> dict[str, str]:
        held, scheme = self._secrets, "https" if self._certificate else "http"
        variables = {
            f"{name.upper()}_API_URL": f"{scheme}://{HOST}:{listener.port}"
            for name, listener in self._http.items()
        }
        variables["RAZORPAY_API_URL"] += "/v1"
        for name, listener in self._sftp.items():
            prefix = f"{name.upper()}_SFTP"
            variables |= {
                f"{prefix}_HOST": HOST,
                f"{prefix}_PORT": str(listener.port),
                f"{prefix}_USER": listener.host.account.user,
                f"{prefix}_HOST_KEY": listener.key.export_public_key().decode().strip(),
                f"{prefix}_DIR": f"/{STATEMENTS}",
            }
        if self._certificate:
            variables["REQUESTS_CA_BUNDLE"] = str(self._authority)
        return variables | {
            "HDFC_CLIENT_ID": held["hdfc_client_id"],
            "HDFC_CLIENT_SECRET": held["hdfc_client_secret"],
            "ICICI_API_TOKEN": held["icici_api_token"],
            "ICICI_API_KEY": held["icici_api_key"],
            "SBI_CLIENT_ID": held["sbi_client_id"],
            "SBI_CLIENT_SECRET": held["sbi_client_secret"],
            "RAZORPAY_KEY": held["razorpay_key"],
            "RAZORPAY_SECRET": held["razorpay_secret"],
            "AXIS_SFTP_PASSWORD": held["axis_password"],
            "KOTAK_SFTP_KEY_FILE": str(self.home / "ssh" / "kotak_client"),
            "SIMULATOR_CONTROL_URL": f"http://{HOST}:{self._control.port}",
            "SIMULATOR_CONTROL_TOKEN": held["control_token"],
        }

    def stop(self) -> None:
        """Close every port. Nothing when it is stopped already."""
        if not self._thread.is_alive():
            return
        (self.home / ENVIRONMENT_FILE).unlink(missing_ok=True)
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
        return self.faults.armed()

    async def set_fault(self, source: str, kind: str, **options: Any) -> None:
        if source not in self.sources:
            raise ValueError(f"no such source: {source!r}; one of {', '.join(self.sources)}")
        if kind == "host_key_changed" and source not in self._sftp:
            raise ValueError(f"{source} shows no host key")
        self.faults.set(source, kind, **options)
        if kind == "down":
            await self._listeners[source].close()
        elif kind == "host_key_changed":
            await self._show_key(source, credentials.ssh_key(self.home / "ssh" / f"{source}_other"))

    async def clear_faults(self, source: str | None) -> None:
        self.faults.clear(source)
        for name in [source] if source else self.sources:
            if name in self._sftp and self._sftp[name].key is not self._host_keys[name]:
                await self._show_key(name, self._host_keys[name])
            await self._listeners[name].open()

    async def _show_key(self, source: str, key: Any) -> None:
        listener = self._sftp[source]
        await listener.close()
        listener.key = key
        await listener.open()

    def _wait(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT_SECONDS)


def serve(
    world: World,
    home: Path,
    *,
    database_url: str | None,
    quota_factor: float | None = 1.0,
    is_https: bool = False,
) -> Servers:
    """Show `world` through its servers until `stop`.

    `database_url`: where core and mobile get their tables (dropped and filled anew); None
    for no tables. `quota_factor` stretches the quotas of an hour; None lifts them.
    """
    for bank in SFTP_SOURCES:
        files.write_statements(world, bank, home / "sftp" / bank / STATEMENTS)
    servers = Servers(world, home, quota_factor=quota_factor, is_https=is_https)
    if database_url is not None:
        tables.fill(world, database_url)
        servers.environment["LEDGER_DATABASE_URL"] = database_url
        servers.environment["MOBILE_DATABASE_URL"] = database_url
    servers.start()
    return servers
