"""The province that tests of sharing speak to."""

from tests.sharing.asking import province, province_process

__all__ = ["province", "province_process"]
