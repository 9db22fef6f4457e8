"""Settings of the whole suite: how hard hypothesis looks."""

from hypothesis import HealthCheck, settings

_CALM = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile("modest", max_examples=100, deadline=None, derandomize=True, suppress_health_check=_CALM)
settings.register_profile("thorough", max_examples=3000, deadline=None, print_blob=True, suppress_health_check=_CALM)
settings.load_profile("modest")
