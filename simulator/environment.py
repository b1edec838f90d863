"""What the engine must be told to reach the simulated servers."""

from collections.abc import Mapping
from pathlib import Path

from simulator.rest_listener import HOST, HttpListener
from simulator.sftp import SftpListener
from simulator.sftp_host import STATEMENTS


def rest_variables(
    sites: Mapping[str, HttpListener], held: Mapping[str, str], *, authority: Path | None
) -> dict[str, str]:
    """Where the REST sites are and how to log in; `authority`: the CA where it is HTTPS."""
    scheme = "https" if authority else "http"
    variables = {
        f"{name.upper()}_API_URL": f"{scheme}://{HOST}:{listener.port}"
        for name, listener in sites.items()
    }
    variables["RAZORPAY_API_URL"] += "/v1"
    if authority:
        variables["REQUESTS_CA_BUNDLE"] = str(authority)
    return variables | {
        "HDFC_CLIENT_ID": held["hdfc_client_id"],
        "HDFC_CLIENT_SECRET": held["hdfc_client_secret"],
        "ICICI_API_TOKEN": held["icici_api_token"],
        "ICICI_API_KEY": held["icici_api_key"],
        "SBI_CLIENT_ID": held["sbi_client_id"],
        "SBI_CLIENT_SECRET": held["sbi_client_secret"],
        "RAZORPAY_KEY": held["razorpay_key"],
        "RAZORPAY_SECRET": held["razorpay_secret"],
    }


def sftp_variables(
    hosts: Mapping[str, SftpListener], key_files: Mapping[str, Path]
) -> dict[str, str]:
    """Where the SFTP hosts are; `key_files` of those that take a key and no password."""
    variables: dict[str, str] = {}
    for name, listener in hosts.items():
        prefix, account = f"{name.upper()}_SFTP", listener.host.account
        variables |= {
            f"{prefix}_HOST": HOST,
            f"{prefix}_PORT": str(listener.port),
            f"{prefix}_USER": account.user,
            f"{prefix}_HOST_KEY": listener.key.export_public_key().decode().strip(),
            f"{prefix}_DIR": f"/{STATEMENTS}",
        }
        if account.password is not None:
            variables[f"{prefix}_PASSWORD"] = account.password
        else:
            variables[f"{prefix}_KEY_FILE"] = str(key_files[name])
    return variables


def control_variables(port: int, token: str) -> dict[str, str]:
    """For tests in other processes; the engine has no use for them."""
    return {
        "SIMULATOR_CONTROL_URL": f"http://{HOST}:{port}",
        "SIMULATOR_CONTROL_TOKEN": token,
    }
