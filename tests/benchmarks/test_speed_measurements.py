"""The speed run measures what its page states."""

import json

import numpy as np
import pytest
import sklearn
from scipy import sparse
from sklearn.linear_model import LogisticRegression

import benchmarks.__main__ as package
from benchmarks.publishing import RESULTS, read_results, write_results
from benchmarks.speed import measurements, page, timing
from benchmarks.speed.l1 import L1_MEASUREMENTS
from benchmarks.speed.measurements import TARGET, fits, predictions, searches, target
from benchmarks.speed.precision import Judge, Solution
from benchmarks.speed.processors import Processor, measure_on, processors
from benchmarks.speed.profiles import STEPS, profiles
from benchmarks.speed.solvers import OURS, SOLVERS, Solver
from benchmarks.speed.tables import CATALOGUE, SPECS, TableSpec, make_data
from benchmarks.speed.timing import time_call

TINY = TableSpec(400, 5)
SOLVERS_HERE = {
    name: solver
    for name, solver in SOLVERS.items()
    if solver.library in {"scikit-learn", "scipy", "skfocal"}
}


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch):
    monkeypatch.setattr(timing, "PAUSE", 0.0)


def test_the_tables_have_different_names_and_known_uses():
    assert len({spec.name for spec in SPECS}) == len(SPECS)
    uses = {use for spec in SPECS for use in spec.uses}
    assert uses == {*measurements.MEASUREMENTS, *L1_MEASUREMENTS, "quick", "readme"}
    assert all("fits" in spec.uses for spec in SPECS if "readme" in spec.uses)


@pytest.mark.parametrize(
    "spec",
    [
        TINY,
        TableSpec(300, 20, columns="unscaled"),
        TableSpec(300, 20, columns="correlated", positives=0.5),
        TableSpec(500, 4_000, columns="sparse"),
        TableSpec(300, 5, n_classes=4, dtype="float32", order="F"),
    ],
    ids=lambda spec: spec.name,
)
def test_a_table_is_as_described_and_deterministic(spec):
    X, y = make_data(spec)
    again, _ = make_data(spec)
    assert X.shape == (spec.n_samples, spec.n_features)
    assert X.dtype == spec.dtype
    if spec.columns == "sparse":
        assert X.has_canonical_format
        assert 0.0009 < X.nnz / np.prod(X.shape) <= 0.001
        X, again = X.toarray(), again.toarray()
    else:
        assert X.flags.f_contiguous == (spec.order == "F")
    np.testing.assert_array_equal(X, again)
    assert len(np.unique(y)) == spec.n_classes
    if spec.n_classes == 2:
        assert y.mean() == pytest.approx(spec.positives, abs=1 / spec.n_samples)


def test_a_profile_divides_the_time_of_a_fit_between_all_steps():
    for record in profiles({}, TINY, rounds=1):
        shares = record["shares"]
        assert tuple(shares) == STEPS
        assert sum(shares.values()) == pytest.approx(1)
        assert all(share > 0 for share in shares.values())
        assert record["seconds"]["products"] < record["seconds"]["fit"]
        assert record["passes"] > 1


def test_unscaled_columns_span_eight_orders_with_one_constant_and_one_twice():
    X, _ = make_data(TableSpec(300, 200, columns="unscaled"))
    scale = X[:, :-2].std(axis=0)
    assert 1e7 < scale.max() / scale.min() < 1e9
    assert np.ptp(X[:, -1]) == 0
    np.testing.assert_array_equal(X[:, -2], X[:, 0])


def test_correlated_columns_are_near_singular():
    X, _ = make_data(TableSpec(5_000, 30, columns="correlated"))
    assert np.linalg.cond(np.corrcoef(X.T)) > 1e5


@pytest.mark.slow
@pytest.mark.parametrize("spec", [s for s in CATALOGUE if s.data_set], ids=lambda spec: spec.name)
def test_the_real_tables_are_as_described(spec):
    X, y = make_data(spec)
    assert X.shape == (spec.n_samples, spec.n_features)
    assert len(np.unique(y)) == spec.n_classes
    assert np.isfinite(X).all()


@pytest.mark.parametrize("gamma", [0.0, 2.0])
def test_the_solvers_of_a_gamma_minimise_one_objective(gamma):
    X, y = make_data(TINY)
    judge, solvers = Judge(X, y), {n: c for n, c in SOLVERS_HERE.items() if c.gamma == gamma}
    objectives = {}
    for name, solver in solvers.items():
        settings = {"tol": 1e-9} if solver in OURS.values() else solver.settings[-1]
        _, solution, _ = time_call(lambda c=solver, s=settings: c.fit(X, y, **s))
        objectives[name] = judge.objective(solution, gamma)
    assert max(objectives.values()) <= min(objectives.values()) * (1 + 1e-9)


def test_a_solver_that_cannot_fit_a_table_has_a_reason():
    newton, torch = SOLVERS["scikit-learn newton-cholesky"], SOLVERS["PyTorch L-BFGS"]
    assert newton.exclusion(TINY) == torch.exclusion(TINY) == ""
    assert "Hessian" in newton.exclusion(TableSpec(200, 20_000))
    assert torch.exclusion(TableSpec(100, 5, n_classes=3))
    assert torch.exclusion(TableSpec(100, 5, columns="sparse"))
    assert SOLVERS["scikit-learn lbfgs"].version == sklearn.__version__
    assert Solver(newton.fit, "no-such-library").version is None


@pytest.mark.parametrize("kind", ["dense", "sparse", "float32", "three classes"])
def test_the_judge_agrees_with_scikit_learn_about_cross_entropy(kind):
    spec = TableSpec(
        500,
        6,
        n_classes=3 if kind == "three classes" else 2,
        positives=0.3,
        dtype="float32" if kind == "float32" else "float64",
    )
    X, y = make_data(spec)
    X = sparse.csr_array(X) if kind == "sparse" else X
    loose, exact = (LogisticRegression(tol=tol).fit(X, y) for tol in (1e-2, 1e-10))
    judge = Judge(X, y)
    far, near = (judge.objective(Solution(m.coef_, m.intercept_), 0.0) for m in (loose, exact))
    chances = np.log(exact.predict_proba(X).astype(float)[np.arange(500), y])
    expected = 0.5 * (exact.coef_**2).sum() - chances.sum()
    assert near == pytest.approx(expected, rel=1e-5 if kind == "float32" else 1e-10)
    assert near < far


@pytest.mark.slow
def test_our_fits_at_defaults_are_timed_and_measured():
    (found,) = fits(SOLVERS_HERE, TINY, rounds=3)
    assert set(found["solvers"]) == set(OURS)
    for solver in found["solvers"].values():
        assert len(solver["seconds"]) == 3
        assert 0 < min(solver["seconds"]) <= solver["median_seconds"] <= max(solver["seconds"])
        assert -1e-12 < solver["suboptimality"] < 1e-7


def test_settings_that_reach_the_target_are_timed():
    names = (*OURS, "scikit-learn lbfgs")
    (found,) = target({name: SOLVERS[name] for name in names}, TINY, rounds=2)
    assert set(found["solvers"]) == set(names)
    for solver in found["solvers"].values():
        assert solver["suboptimality"] <= TARGET
        assert len(solver["seconds"]) == 2


def test_solvers_that_fail_or_do_not_apply_are_named():
    def fail(X, y, **settings):
        raise MemoryError(f"no room for {X.shape[1]} columns of {len(y)} rows, {settings}")

    fails = Solver(fail, "none", settings=({},))
    other = Solver(fail, "none", exclusion=lambda _: "for a reason", settings=({},))
    (found,) = target({**OURS, "fails": fails, "other": other}, TINY, rounds=1)
    assert set(found["solvers"]) == set(OURS)
    assert found["not_run"] == {"fails": "failed", "other": "for a reason"}


def test_a_solver_that_does_not_reach_the_target_has_no_time():
    few = Solver(SOLVERS["scikit-learn lbfgs"].fit, "one", settings=({"max_iter": 1},))
    (found,) = target({"skfocal, γ=0": OURS["skfocal, γ=0"], "few": few}, TINY, rounds=1)
    assert found["solvers"]["few"]["median_seconds"] is None
    assert found["solvers"]["few"]["suboptimality"] > TARGET


def test_predictions_and_searches_are_timed(monkeypatch):
    for name, value in {"GAMMAS": [0.0, 2.0], "N_CS": 2}.items():
        monkeypatch.setattr(measurements, name, value)
    cross_entropy, focal = searches({}, TINY, rounds=1)
    assert (cross_entropy["n_candidates"], focal["n_candidates"]) == (2, 8)
    (predicted,) = predictions({}, TINY, rounds=1)
    for found in (cross_entropy, focal, predicted):
        assert all(call["median_seconds"] > 0 for call in found["calls"].values())


@pytest.mark.slow
def test_a_run_writes_what_its_page_needs(tmp_path, capsys):
    arguments = ["speed", "--quick", "--table", "300 x 10", "-o", str(tmp_path)]
    package.main(arguments, standalone_mode=False)
    results = json.loads((tmp_path / "speed.json").read_text(encoding="utf-8"))
    assert set(results) >= set(read_results(RESULTS / "speed"))
    assert [one["name"] for one in results["fits"]] == ["300 x 10"]
    assert [one["processor"] for one in results["target"]] == results["processors"]
    assert "glum" not in results["target"][0]["solvers"]
    assert (tmp_path / "develop" / "speed-goals.md").exists()
    assert "fits: 300 x 10" in capsys.readouterr().out


def test_a_run_can_keep_the_results_of_other_processors(tmp_path, monkeypatch):
    published = {
        "note": "known",
        "processors": ["AVX-512", "AVX2"],
        "origins": {"AVX-512": {"minutes": 1}, "AVX2": {"minutes": 2}},
        **{
            use: [{"processor": "AVX-512"}, {"processor": "AVX2"}]
            for use in measurements.MEASUREMENTS
        },
    }
    write_results(published, tmp_path / "speed")
    monkeypatch.setattr(page, "RESULTS", tmp_path)
    kept = page.start_of_results(["AVX2"], keep=True)
    assert kept["processors"] == published["processors"]
    assert kept["origins"] == {"AVX-512": {"minutes": 1}}
    assert kept["note"] == "known"
    assert kept.pop("boosting") == published["boosting"]
    assert all(
        kept[use] == [{"processor": "AVX-512"}] for use in measurements.MEASUREMENTS if use in kept
    )

    # Defaults are measured on the first one, whichever machine measures it.
    assert page.start_of_results(["AVX-512"], keep=True)["processors"] == ["AVX-512", "AVX2"]
    both = page.start_of_results(["AVX-512", "AVX2"], keep=True)
    assert both["processors"] == ["AVX-512", "AVX2"]
    assert both["note"] == ""
    assert both["fits"] == [] == page.start_of_results(["AVX2"], keep=False)["boosting"]


def test_emulation_disables_wide_instructions(monkeypatch):
    found = {"SIMD Extensions": {"found": ["X86_V3", "X86_V4", "AVX512_ICL"]}}
    monkeypatch.setattr(np, "show_config", lambda **_: found)
    this, other = processors()
    assert (this.name, dict(this.environment)) == ("AVX-512", {})
    assert other.environment["NPY_DISABLE_CPU_FEATURES"] == "X86_V4 AVX512_ICL"
    found["SIMD Extensions"]["found"] = ["X86_V3"]
    assert [one.name for one in processors()] == ["AVX2"]


@pytest.mark.slow
def test_a_measurement_that_fails_says_why():
    with pytest.raises(RuntimeError, match="no such solver"):
        measure_on(Processor("this"), "target", "300 x 10", ["no such solver"], 1)
