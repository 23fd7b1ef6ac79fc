"""The plan: one YAML file that says what is to be made, as a DAG of stages.

A plan names sources, engines and columns; nothing that it names is imported, opened or run here.
"""

from twinset.plan.dag import in_order
from twinset.plan.model import Evaluating, GivenSpec, Plan, Profile, Stage
from twinset.plan.rules import CorrelateSpec, EdgeSpec, PerSpec, TableSpec
from twinset.plan.text import ModelSpec, OverSpec, TextSpec
from twinset.plan.yaml import dump, from_data, load, parse, plain_yaml

__all__ = [
    "CorrelateSpec", "EdgeSpec", "Evaluating", "GivenSpec", "ModelSpec", "OverSpec", "PerSpec", "Plan", "Profile", "Stage",
    "TableSpec", "TextSpec",
    "dump", "from_data", "in_order", "load", "parse", "plain_yaml",
]  # fmt: skip
