"""`python -m fastseg_edit`."""

from fastseg_edit.apps.cli import main

raise SystemExit(main())
