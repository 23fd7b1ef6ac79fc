"""Whether made rows hold what they claim: checks that a plan names, each of which gives a reason for every row it refuses.

A check is a frozen dataclass of options in a file of its own, found through the registry (group "checks"). It sees the
finished rows of one part; how rejected rows are counted, kept and made again is not known here.
"""
