"""A small table to give rows of: the kind, missing in a fifth of them, follows from the price, and that from the size."""

import numpy as np
import pyarrow as pa


def table(n_rows=3_000):
    draw = np.random.Generator(np.random.Philox(3))
    size = draw.integers(1, 9, n_rows)
    price = np.round(size * 10 + draw.normal(0, 5, n_rows), 2)
    colour = np.where(size > 4, "red", np.where(draw.random(n_rows) < 0.02, "grey", "blue"))
    kind = pa.array(np.where(price > 45, "dear", "cheap"), mask=draw.random(n_rows) < 0.2)
    return pa.table({"size": size, "price": price, "colour": colour, "kind": kind, "paid": draw.random(n_rows) < 0.5})
