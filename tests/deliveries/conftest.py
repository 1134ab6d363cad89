"""The courier that tests of deliveries speak to: one process for all of them, told anew for each what to do."""

from tests.deliveries.sending import courier_process, posting

__all__ = ["courier_process", "posting"]
