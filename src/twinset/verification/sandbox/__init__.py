"""Other people's code, run where it can do no harm: no network, no process, nothing read or written but what it was given.

Linux alone has what that takes without a container (Landlock and seccomp); anywhere else nothing is run, and the error says
so.
"""
