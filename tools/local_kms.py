"""Give a command a local Alibaba Cloud KMS: local_kms.py COMMAND [ARGUMENT]...

The argument ``{aliyun}`` becomes the server as a target of kmsproof over its shared API, and
``{aliyun-instance}`` as one over the API of its instances. The server listens on a free port of the
loopback address, keeps its keys in memory, and is gone when the command ends, also after Ctrl-C. It
needs the packages of the extra ``server``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from kmsproof_server.serving import Options, running
from running import Child

SHARED, INSTANCE = "{aliyun}", "{aliyun-instance}"


def main(command: Sequence[str]) -> int:
    """Run a command beside a server; the result is the command's own exit status."""
    if not command:
        print(
            f"usage: local_kms.py COMMAND [ARGUMENT | {SHARED} | {INSTANCE}]...",
            file=sys.stderr,
        )
        return 2
    child = Child()
    with running(Options(port=0)) as server:
        targets = {SHARED: server.target, INSTANCE: server.instance_target}
        words = [targets.get(word, word) for word in command]
        return child.run(words, dict(os.environ))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
