"""A port of 127.0.0.1 with a bank's SFTP host on it: real SSH, an ed25519 host key."""

import hmac

import asyncssh

from simulator.rest_listener import bind
from simulator.sftp_folder import Folder
from simulator.sftp_host import Host


class _Login(asyncssh.SSHServer):
    def __init__(self, host: Host) -> None:
        self._host = host

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return self._host.account.password is not None

    def validate_password(self, username: str, password: str) -> bool:
        account = self._host.account
        is_right = username == account.user and hmac.compare_digest(
            password.encode(), (account.password or "").encode()
        )
        return self._verdict(is_right and account.password is not None)

    def public_key_auth_supported(self) -> bool:
        return self._host.account.public_key is not None

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        account = self._host.account
        return self._verdict(
            username == account.user
            and account.public_key is not None
            and key.public_data == account.public_key.public_data
        )

    def _verdict(self, is_right: bool) -> bool:
        if is_right and self._host.take("login_refused") is not None:
            is_right = False
        self._host.access_log.write("LOGIN", "/", "ok" if is_right else "refused")
        return is_right


class SftpListener:
    """`key` is the host key shown; another one may be put in its place while closed."""

    def __init__(self, host: Host, port: int, key: asyncssh.SSHKey) -> None:
        self.host = host
        self.port = port
        self.key = key
        self._acceptor: asyncssh.SSHAcceptor | None = None

    async def open(self) -> None:
        """Listen; `port` is then the real one. Nothing when it does already."""
        if self._acceptor is not None:
            return
        sock = bind(self.port)
        self.port = sock.getsockname()[1]
        self._acceptor = await asyncssh.create_server(
            lambda: _Login(self.host), sock=sock, server_host_keys=[self.key],
            sftp_factory=lambda channel: Folder(channel, self.host), allow_scp=False,
            agent_forwarding=False, login_timeout=30,
        )  # fmt: skip

    async def close(self) -> None:
        if self._acceptor is None:
            return
        self._acceptor.close()
        await self._acceptor.wait_closed()
        self._acceptor = None
