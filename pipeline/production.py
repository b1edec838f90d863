"""What a production installation (RECON_ENV=prod) must not be given: credentials of a test."""

from urllib.parse import urlsplit

from adapters.mail import LOOPBACK
from pipeline.errors import SettingsError
from pipeline.settings import Settings

TEST_KEY = "rzp_test_"  # Razorpay's own mark: its payments are no money


def must_be_real(settings: Settings) -> None:
    """SettingsError where test money would be booked beside real money."""
    given = settings.environment.items()
    found = sorted(name for name, value in given if value.startswith(TEST_KEY))
    if settings.env == "prod" and found:
        raise SettingsError(
            f"{', '.join(found)}: a Razorpay test key ({TEST_KEY}…) and RECON_ENV is prod; "
            "give the live key, or RECON_ENV=test in a RECON_HOME of its own"
        )


def on_loopback(settings: Settings) -> list[str]:
    """Variables with a base URL on this machine, in production: a simulator, or a proxy."""
    if settings.env != "prod":
        return []
    names = (name for name in settings.environment if name.endswith("_API_URL"))
    return sorted(
        name for name in names if urlsplit(settings.environment[name]).hostname in LOOPBACK
    )
