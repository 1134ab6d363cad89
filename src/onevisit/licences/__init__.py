"""E-licences (电子证照): numbers, files, verification."""
