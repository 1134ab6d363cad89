"""The outside world that fault trials speak to."""

from tests.payments.paying import gateway_process, paying
from tests.sharing.asking import province, province_process

__all__ = ["gateway_process", "paying", "province", "province_process"]
