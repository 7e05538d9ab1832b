"""How gunicorn serves it, on the one core that it has."""

import os

bind = f"{os.environ['HOST']}:{os.environ['PORT']}"
workers = 1
# A worker without threads closes every connection after its answer.
threads = 16
keepalive = 60
loglevel = "warning"
