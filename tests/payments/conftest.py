"""The gateway that tests of payments speak to: one process for all of them, told anew for each what to do."""

from tests.payments.paying import gateway_process, paying

__all__ = ["gateway_process", "paying"]
