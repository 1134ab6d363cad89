"""What an editor can't save (不得要求申请人提供): a material as the applicant's to bring that sharing or a licence gives.

《实施方案》三（三）8; 国务院令第716号 art. 7. Pure, by the linter's own rule (OV302): refused is what lint would say.
"""

from onevisit.core import proofs
from onevisit.core.definition import Standard
from onevisit.core.diagnostics import Finding
from onevisit.core.offers import Register

NEEDLESS = "OV302"


def provided(standard: Standard, register: Register) -> tuple[Finding, ...]:
    """Each material that the standard asks of the applicant though the register names a source, with that source in words."""
    city = proofs.known([standard], [register])
    return tuple(one for one in proofs.needless(standard, city) if one.code == NEEDLESS)
