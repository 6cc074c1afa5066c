"""Why a goal is not reached, that is, what the time goes to: shown beside an unmet goal only."""

from __future__ import annotations

__all__ = ["REASONS"]

REASONS: dict[str, str] = {
    "dense mean": (
        "small tables, of which below, weigh as much in it as large ones. From 100,000 rows on, "
        "up to 100 columns, a fit reads the table five to seven times, as often as it must to "
        "measure the columns and then to see the gradient fall to a hundredth of what "
        "scikit-learn stops at by default. At 10,000 rows and 1,000 columns or more there are no "
        "rows to spare for a sample, and every iteration reads the whole table."
    ),
    "dense worst": (
        "of 3,000 columns a full matrix of second derivatives would take 72 MB, which is above "
        "the bound on memory, and to sum it over 10,000 rows as long as 150 passes over the "
        "table. The diagonal serves in its place, with some 90 passes to a gradient below 1e-6. "
        "scikit-learn's lbfgs stops at about 1e-4, after a third as many."
    ),
    "unscaled": (
        "newton-cholesky, which is near the best that can be done here, needs no more than half "
        "a dozen steps. From a million rows on, where a sample spares most passes, the bound is "
        "reached; at 100,000 rows and below, five passes over the table, one more to measure the "
        "columns and the factor take what they take."
    ),
    "small": (
        "a fit of 300 rows is made of a thousand calls from Python into NumPy and SciPy, of about "
        "a microsecond each, in which arithmetic is the least part: 0.3 ms are the validation "
        "that scikit-learn does as well, and each of ten evaluations takes 35 µs, of which 10 µs "
        "are exponentials and logarithms, and as much again SciPy's driver and the change of "
        "variables. liblinear is compiled from end to end, and stops at a gradient of 1e-2."
    ),
    "sparse": (
        "with 50 classes there are 2.5 million parameters: products of the sparse rows with 50 "
        "columns of coefficients, which fit into no cache, take nine tenths of the time, in "
        "SciPy's compiled loop. saga, which is quickest there among the others, stops at a "
        "gradient thirty times as large."
    ),
    "ten classes": (
        "at 300 columns and 10,000 rows ten matrices of second derivatives of 301 x 301 are summed "
        "over half of the rows and then factored; newton-cg, quickest there, forms none and stops "
        "at a gradient sixty times as large."
    ),
    "PyTorch": (
        "where the columns are of one scale and hardly correlated, PyTorch's L-BFGS needs few "
        "iterations, too, and its passes are compiled; its time is then within a small multiple "
        "of ours. The bound is reached on correlated columns only, and on unscaled ones, where its "
        "time is up long before."
    ),
    "pass": (
        "at 30 columns the loss and its derivative, four exponentials and a logarithm, take 8 ns "
        "for each row beside 18 ns of the two products. From 300 columns on, where the second "
        "product finds the rows in the cache, a pass takes less than the two."
    ),
    "gamma": (
        "the operations of a pass are the same for every γ; the difference is what the machine's "
        "clock and its other core did meanwhile."
    ),
    "any gamma": (
        "the operations of a pass are the same for every γ; the difference is what the machine's "
        "clock and its other core did meanwhile."
    ),
    "memory": (
        "ten matrices of second derivatives of 301 x 301, held for each of two lanes of blocks "
        "while they are summed. Since this run a copy of them has been spared, and by itself the "
        "fit takes 55 MB."
    ),
    "threads": (
        "the calls into NumPy of which a pass is made give the interpreter's lock back and wait "
        "for it again, some thirty times for each block of rows; independent products of "
        "matrices, which hold none, show what the second core itself is worth."
    ),
    "predict": (
        "beside the product, of 12 ns a row at 30 columns, an exponential, two logarithms and two "
        "exponentials more for the true posterior take about 15 ns, writing two probabilities 3 "
        "ns, and validation with the start of the threads half a millisecond to one."
    ),
    "search and scikit-learn": (
        "at 10,000 x 20 the loss alone, in five evaluations for each of 600 fits, takes half a "
        "second; scikit-learn's fits take 9 ms each there, scoring included."
    ),
}
"""By the short name of the goal."""
