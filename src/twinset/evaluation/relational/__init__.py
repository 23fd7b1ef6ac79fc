"""Evaluation of linked tables: keys, degrees, joined rows, whole subjects, and each table by itself."""

from twinset.evaluation.relational.measure import evaluate
from twinset.evaluation.relational.result import KeyPart, LinkedEvaluation, TablePart

__all__ = ["KeyPart", "LinkedEvaluation", "TablePart", "evaluate"]
