"""Two tables linked by keys: the parts of the second read the rows of the parts of the first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.request import KeyRange, Made, Part, Request, even_parts
from twinset.core.schema import ForeignKey, Schema
from twinset.core.synthesis import MakeContext
from twinset.errors import PlanError
from twinset.testing.samplers.scripted import KEY, Scripted, table


@dataclass(frozen=True)
class KeyLinked(Scripted):
    """Customers, and orders each of which belongs to one of the customers of the parts that its part needs."""

    engine: ClassVar[str] = "test_key_linked"
    schema: ClassVar[Schema] = Schema((
        table("customers", ("customer_id", *KEY), ("region", types.Categorical(), pa.string())),
        table(
            "orders",
            ("order_id", *KEY),
            ("customer_id", *KEY),
            ("amount", types.Real(2), pa.float64()),
            foreign_keys=(ForeignKey(("customer_id",), "customers", ("customer_id",)),),
        ),
    ))  # fmt: skip

    def parts(self, request: Request) -> Iterator[Part]:
        """The customers, then for each part of them its share of the orders."""
        self.check(request)
        n_customers, n_orders = request.size.get("customers", 0), request.size.get("orders", 0)
        if n_orders and not n_customers:
            raise PlanError(f"{n_orders} orders need at least one customer to belong to, and none are asked for")
        parents = even_parts("customers", n_customers, request.part_rows)
        yield from parents
        for parent in parents:
            first, end = (n_orders * edge // n_customers for edge in (parent.keys.start, parent.keys.stop))
            for number, start in enumerate(range(first, end, request.part_rows)):
                stop = min(end, start + request.part_rows)
                yield Part(f"{parent.id}-orders-{number}", stop - start, KeyRange(start, stop), "orders", (parent.id,))

    def make(self, part: Part, request: Request, ctx: MakeContext) -> Iterator[Made]:
        keys, draw = self.keys(part), request.seed.child(part.id).generator()
        if part.table == "customers":
            yield self.batch("customers", keys, draw.choice(["north", "south", "west"], part.size))
            return
        parents = ctx.rows_of(part.needs[0])["customer_id"].to_numpy()
        yield self.batch("orders", keys, draw.choice(parents, part.size), np.round(draw.gamma(2.0, 30.0, part.size), 2))
