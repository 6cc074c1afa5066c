"""scikit-learn's checks: only those fail that the library's own class fails, too."""

import warnings

import pytest
from sklearn.utils.estimator_checks import check_estimator


def failing_checks(estimator):
    """Return the names of the checks that an estimator fails."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of checks that were skipped, and of odd input
        results = check_estimator(estimator, on_fail=None)
    return {one["check_name"] for one in results if one["status"] == "failed"}


@pytest.mark.slow
def test_no_check_fails_that_the_library_passes(library):
    ours, own = failing_checks(library.make()), failing_checks(library.make_plain())
    assert ours <= own
