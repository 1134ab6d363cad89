"""`python -m onevisit` is the command `onevisit`."""

import sys

from onevisit.channels.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
