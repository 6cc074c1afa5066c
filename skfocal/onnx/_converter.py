"""The ONNX graph of a linear model with focal loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skfocal._predictions import fitted_gamma
from skfocal._typing import Floats
from skfocal.linear_model._sparse_coef import dense_coef

__all__ = ["convert"]

_DOUBLE, _FLOAT, _INT64, _STRING = 11, 1, 7, 8
"""Element types of ONNX tensors (enumeration TensorProto.DataType)."""
_TINY = float(np.finfo(np.float64).tiny)


class _Graph:
    """Nodes in double precision, added to a container of skl2onnx."""

    def __init__(self, scope: Any, container: Any) -> None:
        self.scope = scope
        self.container = container

    def constant(self, values: Any) -> str:
        """Add a constant and return its name."""
        array = np.atleast_1d(np.asarray(values, dtype=np.float64))
        name: str = self.scope.get_unique_variable_name("constant")
        self.container.add_initializer(name, _DOUBLE, array.shape, array.ravel().tolist())
        return name

    def add(self, kind: str, *inputs: str, output: str | None = None, **options: Any) -> str:
        """Add a node and return the name of its output."""
        name: str = output or self.scope.get_unique_variable_name(kind.lower())
        self.container.add_node(
            kind, list(inputs), [name], name=self.scope.get_unique_operator_name(kind), **options
        )
        return name


def convert(scope: Any, operator: Any, container: Any) -> None:
    """Add the graph of a fitted model to a container of skl2onnx.

    Parameters
    ----------
    scope : skl2onnx.common._topology.Scope
        Names of the graph.
    operator : skl2onnx.common._topology.Operator
        The model, its input, and its outputs: labels and probabilities.
    container : skl2onnx.common._container.ModelComponentContainer
        Where the nodes are added.

    Notes
    -----
    Two classes are treated as a softmax of the logits 0 and z, which is the same model. With
    ``q = softmax(z)`` the posterior is the softmax of ``log q_k - gamma_k log(1 - q_k) - log(1 -
    gamma_k q_k log q_k / (1 - q_k)) - log alpha_k``; see `focal_posterior`.
    """
    model = operator.raw_operator
    graph = _Graph(scope, container)
    label, probabilities = (output.full_name for output in operator.outputs)
    logits = _logits(graph, model, operator.inputs[0].full_name)
    gamma = fitted_gamma("model", model)
    weighted = _weighted_scores(graph, logits, gamma, len(model.classes_))
    _add_labels(graph, logits if isinstance(gamma, float) else weighted, model.classes_, label)
    scores = logits if model.probability == "link" else weighted
    if model.probability == "posterior":
        scores = graph.add("Sub", scores, graph.constant(np.log(model.class_weight_)))
    result = graph.add("Softmax", scores, axis=1, op_version=13)
    kind = _DOUBLE if "Double" in type(operator.outputs[1].type).__name__ else _FLOAT
    graph.add("Cast", result, output=probabilities, to=kind, op_version=13)


def _logits(graph: _Graph, model: Any, features: str) -> str:
    """Add the logits of all classes; those of the first of two are 0."""
    coef, intercept = _columns(dense_coef(model)), _columns(model.intercept_[:, np.newaxis])[:, 0]
    exact = graph.add("Cast", features, to=_DOUBLE, op_version=13)
    product = graph.add("MatMul", exact, graph.constant(coef.T))
    return graph.add("Add", product, graph.constant(intercept))


def _columns(values: NDArray[Any]) -> Floats:
    """Return one row per class."""
    return values if len(values) > 1 else np.vstack([np.zeros_like(values), values])


def _weighted_scores(graph: _Graph, logits: str, gamma: float | Floats, n_classes: int) -> str:
    """Add scores whose softmax is the weighted posterior."""
    if not np.any(gamma):
        return logits
    gammas = graph.constant(np.broadcast_to(gamma, n_classes))
    log_q = graph.add("LogSoftmax", logits, axis=1, op_version=13)
    q = graph.add("Exp", log_q)
    # The difference is exact to an absolute error that no probability can show.
    rest = graph.add("Max", graph.add("Sub", graph.constant(1.0), q), graph.constant(_TINY))
    ratio = graph.add("Div", graph.add("Mul", q, log_q), rest)
    factor = graph.add("Sub", graph.constant(1.0), graph.add("Mul", gammas, ratio))
    focusing = graph.add("Mul", gammas, graph.add("Log", rest))
    return graph.add("Sub", graph.add("Sub", log_q, focusing), graph.add("Log", factor))


def _add_labels(graph: _Graph, scores: str, classes: NDArray[Any], output: str) -> None:
    """Add the label of the largest score, the first of equal ones."""
    best = graph.add("ArgMax", scores, axis=1, keepdims=0, op_version=13)
    labels: str = graph.scope.get_unique_variable_name("classes")
    values: Sequence[Any] = classes.tolist()
    if isinstance(values[0], str):
        texts = [value.encode() for value in values]
        graph.container.add_initializer(labels, _STRING, [len(values)], texts)
    else:
        graph.container.add_initializer(labels, _INT64, [len(values)], list(map(int, values)))
    graph.add("Gather", labels, best, axis=0, output=output, op_version=13)
