"""The front door: `gunicorn app:app` serves Omni, `python app.py COMMAND` operates it."""

import sys

if sys.version_info < (3, 11):
    sys.stderr.write("Omni needs Python 3.11 or newer, this is %s.\n" % sys.version.split()[0])
    sys.exit(2)

from omni import bootstrap

if __name__ == "__main__":
    bootstrap.enter_environment()
    from omni.cli import main

    main()
elif __name__ == "app":
    from omni.factory import create_app

    app = create_app()
