"""Privacy: counting by entity, protection of values, personal data found.

Nothing leaves Twinset that stands for fewer than ``K`` entities: no category, no extreme, no cell of a chart.
"""

K = 10
"""How many entities must share a value or a cell before it may be shown or learned."""
