"""The four REST sites of one world."""

from collections.abc import Mapping
from pathlib import Path

from simulator import rest_hdfc, rest_sbi
from simulator.bank_clock import BankClock
from simulator.faults import Faults
from simulator.rest_auth import TokenIssuer
from simulator.rest_icici import Icici
from simulator.rest_messages import Site
from simulator.rest_razorpay import Razorpay
from simulator.world import World


def sites_of(world: World, faults: Faults, held: Mapping[str, str], home: Path) -> dict[str, Site]:
    """By source; `held` are the secrets of `credentials.SECRET_NAMES`. In `home` each keeps
    what it knows.
    """
    folder = home / "clocks"
    folder.mkdir(parents=True, exist_ok=True)
    clocks = {
        name: BankClock(world.end, folder / name) for name in ("hdfc", "icici", "sbi", "razorpay")
    }
    hdfc_tokens = TokenIssuer(
        held["hdfc_client_id"], held["hdfc_client_secret"], rest_hdfc.TOKEN_SECONDS
    )
    sbi_tokens = TokenIssuer(
        held["sbi_client_id"], held["sbi_client_secret"], rest_sbi.TOKEN_SECONDS
    )
    return {
        "hdfc": rest_hdfc.Hdfc(
            rest_hdfc.rows_of(world.bank("hdfc")), clocks["hdfc"], faults, hdfc_tokens
        ),
        "icici": Icici(
            world.bank("icici"),
            clocks["icici"],
            faults,
            key=held["icici_api_key"],
            token=held["icici_api_token"],
        ),
        "sbi": rest_sbi.Sbi(rest_sbi.rows_of(world.bank("sbi")), clocks["sbi"], faults, sbi_tokens),
        "razorpay": Razorpay(
            world,
            clocks["razorpay"],
            faults,
            key=held["razorpay_key"],
            secret=held["razorpay_secret"],
        ),
    }
