"""What hypothesis is not to complain of: a busy machine is no defect."""

from hypothesis import HealthCheck, settings

SLOW = [HealthCheck.too_slow]
# Also where all examples of a test meet the same city.
SLOW_AND_SHARED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


def use_our_profile() -> None:
    """No example has a time limit: the whole run has one of its own."""
    settings.register_profile("kairan", deadline=None, suppress_health_check=SLOW)
    settings.load_profile("kairan")
