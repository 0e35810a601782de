"""Starts the program beside this file, and tells it where the torch of this environment is."""

import importlib.util
import os
import subprocess
import sys
import sysconfig

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "program", "mergeops")


def torch_folder():
    """The folder of torch, which is not imported; where pip would put it if it is not there."""
    spec = importlib.util.find_spec("torch")
    if spec is not None and spec.origin is not None:
        return os.path.dirname(spec.origin)
    return os.path.join(sysconfig.get_path("platlib"), "torch")


def main():
    environment = {**os.environ, "MERGEOPS_PYTHON_TORCH": torch_folder()}
    if os.name != "nt":
        os.execve(PROGRAM, [PROGRAM, *sys.argv[1:]], environment)
    # there, a program that replaces itself returns to the shell at once
    with subprocess.Popen([PROGRAM + ".exe", *sys.argv[1:]], env=environment) as process:
        while True:
            try:
                sys.exit(process.wait())
            except KeyboardInterrupt:
                # the program hears it too, and decides when it ends
                pass


if __name__ == "__main__":
    main()
