"""Rules fitted to the rows of a table: a plan that needs the rows no more, and in which nothing of few of them stands.

Every figure stands for at least k rows: labels that fewer share are pooled, ends lie where k rows are beyond or on them and
are rounded, and whatever else is said are shares and parameters of whole columns. What names a row or a person is never
copied: such columns get a rule of their kind.
"""

from twinset.synthesizers.rules.fitted.table import fitted

__all__ = ["fitted"]
