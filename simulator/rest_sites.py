"""The four REST sites of one world."""

from collections.abc import Mapping

from simulator import rest_hdfc, rest_sbi
from simulator.faults import Faults
from simulator.rest_auth import TokenIssuer
from simulator.rest_icici import Icici
from simulator.rest_messages import Site
from simulator.rest_razorpay import Razorpay
from simulator.world import World


def sites_of(world: World, faults: Faults, held: Mapping[str, str]) -> dict[str, Site]:
    """By source; `held` are the secrets of `credentials.SECRET_NAMES`."""
    hdfc_tokens = TokenIssuer(
        held["hdfc_client_id"], held["hdfc_client_secret"], rest_hdfc.TOKEN_SECONDS
    )
    sbi_tokens = TokenIssuer(
        held["sbi_client_id"], held["sbi_client_secret"], rest_sbi.TOKEN_SECONDS
    )
    return {
        "hdfc": rest_hdfc.Hdfc(
            rest_hdfc.rows_of(world.bank("hdfc")), world.end, faults, hdfc_tokens
        ),
        "icici": Icici(
            world.bank("icici"),
            world.end,
            faults,
            key=held["icici_api_key"],
            token=held["icici_api_token"],
        ),
        "sbi": rest_sbi.Sbi(rest_sbi.rows_of(world.bank("sbi")), world.end, faults, sbi_tokens),
        "razorpay": Razorpay(
            world, world.end, faults, key=held["razorpay_key"], secret=held["razorpay_secret"]
        ),
    }
