"""The differential-privacy audit: does a mechanism keep the epsilon that it claims, as far as runs can show?

:func:`twinset.evaluation.dp.trial.audit` runs a mechanism many times on two neighbouring inputs and turns what tells them
apart into a lower bound. A bound above the claim refutes it; a bound below it proves nothing.
"""
