"""Why a goal is not reached, that is, what the time goes to: shown beside an unmet goal only."""

from __future__ import annotations

__all__ = ["REASONS"]

REASONS: dict[str, str] = {
    "dense mean": (
        "small tables, of which below, weigh as much in it as large ones, and so does 10,000 x "
        "3,000. From 100,000 rows on, up to 100 columns, a fit reads the table five to seven "
        "times, as often as it must to measure the columns and then to see the gradient fall to "
        "a hundredth of what scikit-learn stops at by default; a pass is bound by the memory and "
        "by NumPy's exponentials and logarithms."
    ),
    "dense worst": (
        "of these columns, nearly independent and a third as many as rows, scikit-learn's lbfgs "
        "stops after 20 iterations, at a gradient of about 1e-4. To 1e-6 it takes 75 to 90 of "
        "them, by the number of steps remembered, and Newton's method with conjugate gradients "
        "110 passes. A full factor would cost as much as 50 passes, and spare fewer."
    ),
    "unscaled": (
        "newton-cholesky, which is near the best that can be done here, needs no more than half "
        "a dozen steps. From a million rows on, where a sample spares most passes, the bound is "
        "reached; at 100,000 rows and below, five passes over the table, one more to measure the "
        "columns and the factor take what they take."
    ),
    "small": (
        "a fit of 300 rows is made of 2,500 calls from Python into NumPy and SciPy, of about a "
        "microsecond each, in which arithmetic is the least part: SciPy's driver takes a third, "
        "scikit-learn's validation a sixth, exponentials and logarithms a tenth. liblinear is "
        "compiled from end to end, and stops at a gradient of 1e-2."
    ),
    "sparse": (
        "with 50 classes there are 2.5 million parameters: products of the sparse rows with 50 "
        "columns of coefficients, which fit into no cache, take nine tenths of the time, in "
        "SciPy's compiled loop. saga, which is quickest there among the others, stops at a "
        "gradient twenty-five times as large."
    ),
    "ten classes": (
        "at 300 columns and 10,000 rows ten matrices of second derivatives of 301 x 301 are summed "
        "over half of the rows and then factored, twice; newton-cg, quickest there, forms none and "
        "stops at a gradient thirty times as large."
    ),
    "PyTorch": (
        "where the columns are of one scale and hardly correlated, PyTorch's L-BFGS needs few "
        "iterations, too, and its passes are compiled; its time is then within a small multiple "
        "of ours."
    ),
    "pass": (
        "at 30 columns the loss and its derivative, four exponentials and a logarithm, take 8 ns "
        "for each row, beside 20 ns or so of the two products. From 300 columns on, where the "
        "second product finds the rows in the cache, a pass takes less than the two."
    ),
    "gamma": (
        "the operations of a pass are the same for every γ, so this shows how far two medians "
        "of the same work differ on this machine."
    ),
    "threads": (
        "one thread alone reads the table at four fifths of what the memory can give to both. "
        "And the calls into NumPy of which the loss is made give the interpreter's lock back and "
        "wait for it again, some thirty times for each block of rows: two threads evaluate the "
        "loss no faster than one. Independent products of matrices, which need neither, show what "
        "the second core itself is worth."
    ),
    "predict": (
        "at 100,000 x 30 the product alone takes 1.5 ms of one core, the posterior 1.0 ms for an "
        "exponential and two logarithms a row, two sigmoids 0.6 ms, validation 0.3 ms, and new "
        "memory for the result 0.6 ms. BLAS shares the product between two cores; the rest two "
        "cores would do no quicker than one, because of the interpreter's lock."
    ),
    "search and scikit-learn": (
        "at 10,000 x 20 the loss alone, in five evaluations for each of 600 fits, takes half a "
        "second; scikit-learn's fits take 9 ms each there, scoring included."
    ),
}
"""By the short name of the goal."""
