"""``python -m jianghua`` is the command ``jianghua``."""

import sys

from jianghua.cli import main

sys.exit(main())
