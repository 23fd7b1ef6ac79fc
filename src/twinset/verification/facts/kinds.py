"""The kinds of claims."""

from typing import Literal

Kind = Literal["quotes", "dates", "numbers", "names"]
