"""Five small samplers that together need everything a pipeline must be able to do.

    KeyLinked   two tables, the children drawing their keys from the parents' parts
    GapFilled   a series whose gaps at the edges of parts are filled from both sides
    FlakyText   a model that refuses three answers in ten
    Pictures    rows that refer to blobs
    Walk        a simulator that goes on from the state which the part before it left

None learns: each is its own synthesizer, whose ``fit`` gives itself back. ``delay`` makes every part take so many seconds,
so that a test can interrupt it. Their engines are not among Twinset's own; a test that saves and loads them registers them.
"""

from twinset.testing.samplers.flaky_text import FlakyText
from twinset.testing.samplers.gap_filled import GapFilled
from twinset.testing.samplers.key_linked import KeyLinked
from twinset.testing.samplers.pictures import Pictures
from twinset.testing.samplers.walk import Walk

__all__ = ["FlakyText", "GapFilled", "KeyLinked", "Pictures", "Walk"]
