"""Coefficients on the units of the data, odds ratios, and average effects."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier

from skfocal.comparison import compare_tables, make_table
from skfocal.comparison.deployment.effects import describe_effects, has_odds_ratios
from skfocal.comparison.deployment.explanation import (
    effect_table,
    explanation_page,
    explanation_text,
)
from skfocal.comparison.deployment.fitting import fit_model
from skfocal.comparison.errors import ModelError


def effects_of(model):
    return {(one["feature"], one["level"]): one for one in model.card["effects"]}


def test_an_odds_ratio_is_the_factor_of_the_odds_per_unit(model, people):
    found = effects_of(model)["dose", None]
    odds = []
    for shift in (0.0, 1.0):
        proba = model.predict(people.assign(dose=people["dose"] + shift)).probabilities
        odds.append(proba[:, 1] / proba[:, 0])
    np.testing.assert_allclose(odds[1] / odds[0], found["odds_ratio"], rtol=1e-8)
    assert found["odds_ratio"] == pytest.approx(np.exp(found["coefficient"]))


def test_a_category_is_compared_with_the_most_frequent_one(model, people):
    found = [one for one in model.card["effects"] if one["feature"] == "town"]
    base = people["town"].value_counts().idxmax()
    assert {one["compared_with"] for one in found} == {base}
    assert {one["level"] for one in found} == set(people["town"]) - {base}
    one = found[0]
    first, second = (
        model.predict(people.assign(town=town)).probabilities for town in (base, one["level"])
    )
    ratio = second[:, 1] / second[:, 0] / (first[:, 1] / first[:, 0])
    np.testing.assert_allclose(ratio, one["odds_ratio"], rtol=1e-8)
    assert one["effect"] == pytest.approx((second - first)[:, 1].mean())


@pytest.mark.parametrize("name", ["logistic", "focal (recovered)", "focal (raw)", "platt"])
def test_effects_are_derivatives_of_the_mean_probability(make_model, people, name):
    settings = {"gamma": (2.0,)} if name.startswith("focal") else {}
    model = make_model(name, **settings)
    found = effects_of(model)["dose", None]
    step = 1e-4
    above, below = (
        model.predict(people.assign(dose=people["dose"] + shift)).probabilities[:, 1].mean()
        for shift in (step, -step)
    )
    assert found["effect"] == pytest.approx((above - below) / (2 * step), rel=1e-4)
    assert found["per_sd"] == pytest.approx(found["effect"] * people["dose"].std(ddof=0))


def test_odds_ratios_are_shown_only_where_they_have_a_meaning(make_model):
    zero, two = (make_model("focal (recovered)", gamma=(gamma,)) for gamma in (0.0, 2.0))
    assert has_odds_ratios(zero)
    assert not has_odds_ratios(two)
    assert not has_odds_ratios(make_model("platt"))
    assert "odds_ratio" in effect_table(zero.card)
    assert "odds_ratio" not in effect_table(two.card)
    assert "no odds ratios" in explanation_text(two.card)


def test_a_table_of_categories_and_one_of_numbers_have_effects(people):
    species = np.where(people["age"] > 50, "old", np.where(people["dose"] > 0, "ill", "well"))
    shop = np.random.default_rng(0).choice(list("abcdefghij"), len(people))
    for columns in (["town", "shop"], ["age", "dose"]):
        table = make_table(people.assign(shop=shop)[columns], species, name="part")
        comparison = compare_tables([table], methods=[], cv=2, repeats=1, inner_cv=2)
        model = fit_model(comparison.recommend(), table, target="state")
        assert {one["feature"] for one in model.card["effects"]} == set(columns)
        assert {one["class"] for one in model.card["effects"]} == {"old", "ill", "well"}
        assert "each class of state" in explanation_text(model.card)
        assert "odds_ratio" not in effect_table(model.card)  # of softmax a ratio to other classes


def test_effects_are_sorted_and_flags_of_missing_values_are_named(model):
    found = pd.DataFrame(model.card["effects"])
    assert found["per_sd"].abs().is_monotonic_decreasing
    (flag,) = [one for one in model.card["effects"] if one["level"] == "missing"]
    assert (flag["feature"], flag["compared_with"]) == ("age", "not missing")


def test_the_target_and_the_positive_class_are_named(model):
    assert "probability of outcome = ill" in explanation_text(model.card)
    assert "probability of outcome = ill" in explanation_page(model.card)
    assert "outcome" not in explanation_text({**model.card, "target": None})


def test_the_page_escapes_names_and_draws_a_bar_for_each_effect(model):
    card = {**model.card, "effects": [{**one, "feature": "<b>"} for one in model.card["effects"]]}
    page = explanation_page(card)
    assert "<b>" not in page.partition("<body>")[2]
    assert page.count("<rect") == len(model.card["effects"])


def test_models_without_coefficients_have_no_effects(model, table):
    trees = Pipeline([*model.pipeline.steps[:-1], ("classify", DecisionTreeClassifier())])
    assert describe_effects(replace(model, pipeline=trees), table) == []
    with pytest.raises(ModelError, match="linear model"):
        effect_table({**model.card, "effects": []})
