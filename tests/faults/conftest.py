"""The outside world that fault trials speak to."""

from tests.payments.paying import gateway_process, paying

__all__ = ["gateway_process", "paying"]
