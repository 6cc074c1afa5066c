"""The runs of ensembles and of calibrators leave results and a page."""

import pytest

import benchmarks.__main__ as package
from benchmarks import ensembles
from benchmarks.publishing import RESULTS, read_results

FEW = (("logistic",), ("undersample", "undersample_corrected"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("run", "data_set", "methods"),
    [
        ("ensembles", "ecoli3", [name for group in FEW for name in group]),
        (
            "temperature",
            "glass2",
            ["logistic", "platt", "isotonic", "temperature", "focal_temperature"],
        ),
    ],
)
def test_a_run_leaves_a_page(run, data_set, methods, tmp_path, monkeypatch):
    monkeypatch.setattr(ensembles, "SHARED_FITS", FEW)
    arguments = [run, "--quick", "--dataset", data_set, "-j", "1", "-o", str(tmp_path)]
    package.main(arguments, standalone_mode=False)
    found = read_results(tmp_path / run)
    assert list(found.figures["method"]) == methods
    assert set(found.info) == set(read_results(RESULTS / run).info)
    assert data_set in (tmp_path / f"{run}.md").read_text(encoding="utf-8")
