"""The applicant's door (网上大厅): search, guide, file, track, pay, licences, messages; a small desk for officers."""
