import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import ParameterGrid

from skfocal import FocalLogisticRegression
from skfocal.comparison import METHODS, ON_REQUEST, Method
from skfocal.comparison.methods.calibration import platt
from skfocal.comparison.methods.catalogue import resolve_methods
from skfocal.comparison.methods.grids import halve

ALL = {**METHODS, **ON_REQUEST}


@pytest.mark.parametrize("method", ALL.values(), ids=ALL)
def test_all_methods_have_the_same_budget(method):
    assert method.n_candidates == len(ParameterGrid(dict(method.tuned))) == 12
    assert all(len(set(values)) == len(values) for values in method.tuned.values())


@pytest.mark.parametrize("method", ALL.values(), ids=ALL)
def test_half_a_grid_keeps_its_interior(method):
    half = method.with_half_grid()
    assert method.n_candidates / 3 <= half.n_candidates <= method.n_candidates * 2 / 3
    if "C" in method.grid:
        least, most = min(method.grid["C"]), max(method.grid["C"])
        assert any(least < C < most for C in half.grid["C"])


@pytest.mark.parametrize(
    "grid",
    [
        {"a": (1, 2, 3, 4)},
        {"a": (1, 2, 3), "b": (1, 2, 3)},
        {"a": (1, 2), "b": (1, 2)},
        {"a": (1, 2, 3), "b": (1, 2), "c": (1, 2)},
    ],
)
def test_every_grid_can_be_halved(grid):
    half = halve(grid)
    n_before, n_after = len(ParameterGrid(grid)), len(ParameterGrid(half))
    assert n_before / 3 <= n_after <= n_before * 2 / 3
    assert all(set(half[name]) <= set(grid[name]) for name in grid)
    assert all(2 in half[name] for name in grid if len(grid[name]) == 3)


def test_the_half_of_focal_loss_with_weights_keeps_both():
    half = METHODS["focal_alpha"].with_half_grid()
    assert max(half.grid["gamma"]) > 0
    assert "balanced" in half.grid["alpha"]


def test_all_linear_methods_tune_the_penalty_over_the_same_range():
    ranges = {
        (min(method.grid["C"]), max(method.grid["C"]))
        for method in ALL.values()
        if isinstance(method.classifier, LogisticRegression | FocalLogisticRegression)
    }
    assert ranges == {(0.01, 10.0)}


def test_the_grids_of_focal_loss_include_gamma_zero_and_no_weights():
    assert 0 in METHODS["focal"].grid["gamma"]
    assert 0 in METHODS["focal_alpha"].grid["gamma"]
    assert None in METHODS["focal_alpha"].grid["alpha"]


def test_a_missing_package_is_an_error_before_anything_is_fitted():
    own = Method("mine", "Mine.", LogisticRegression(), {}, needs="no_such_package")
    message = "methods got 'mine', which needs no_such_package: pip install no_such_package"
    with pytest.raises(ValueError, match=message):
        resolve_methods([own])


def test_the_grids_of_smoothing_and_mining_include_plain_fits():
    assert 0 in ON_REQUEST["label_smoothing"].grid["smoothing"]
    assert 1 in ON_REQUEST["hard_examples"].grid["share"]


def test_methods_on_request_are_used_only_if_named():
    assert not METHODS.keys() & ON_REQUEST.keys()
    for name, method in ON_REQUEST.items():
        assert method.name == name
        assert resolve_methods([name]) == [METHODS["logistic"], method]


CORRECTED = [name for name in ALL if name.endswith("_corrected")]


@pytest.mark.parametrize("name", [name.removesuffix("_corrected") for name in CORRECTED])
def test_a_corrected_method_differs_in_the_correction_only(name):
    own, corrected = ALL[name], ON_REQUEST[f"{name}_corrected"]
    assert corrected.classifier is own.classifier
    assert corrected.sampler is own.sampler
    assert corrected.grid is own.grid
    assert corrected.sampler_grid is own.sampler_grid
    assert not own.corrections


def test_only_what_is_reported_can_be_corrected():
    with pytest.raises(ValueError, match="corrections got 'my', which is not reported"):
        Method(
            "my", "Mine.", LogisticRegression(), {}, views={"raw": {}}, corrections={"my": platt}
        )


def test_the_baseline_is_always_included_and_first():
    names = [method.name for method in resolve_methods(["smote", "logistic", "focal"])]
    assert names == ["logistic", "smote", "focal"]
    assert [method.name for method in resolve_methods(["smote"])] == ["logistic", "smote"]
    assert [method.name for method in resolve_methods(None)] == list(METHODS)


def test_a_user_method_is_accepted():
    own = Method("mine", "Mine.", LogisticRegression(), {"C": (1.0,)})
    assert resolve_methods([own])[1] is own


def test_unknown_methods_are_refused_with_the_nearest():
    with pytest.raises(ValueError, match=r"methods got 'smotte', .*did you mean 'smote'"):
        resolve_methods(["smotte"])
    with pytest.raises(ValueError, match="they may be 'logistic', 'class_weight', 'focal'"):
        resolve_methods(["xyz"])


def test_two_methods_cannot_share_a_name():
    own = Method("focal (raw)", "Mine.", LogisticRegression(), {"C": (1.0,)})
    with pytest.raises(
        ValueError, match=r"methods must have unique names; got 'focal \(raw\)' twice"
    ):
        resolve_methods(["focal", own])
