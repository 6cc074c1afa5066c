"""Register the converters of this package with skl2onnx."""

from __future__ import annotations

from skfocal.linear_model import FocalLogisticRegression
from skfocal.model_selection import FocalLogisticRegressionCV
from skfocal.onnx._converter import convert

__all__ = ["register_converters"]

_OPTIONS = {
    "zipmap": [True, False, "columns"],
    "output_class_labels": [False, True],
    "nocl": [True, False],
}


def register_converters() -> None:
    """Register converters to ONNX with skl2onnx.

    After this call `skl2onnx.to_onnx` and `skl2onnx.convert_sklearn` convert
    `FocalLogisticRegression` and `FocalLogisticRegressionCV`, alone and as a step of a pipeline.
    The ONNX model returns the labels of ``predict``, and the probabilities of ``predict_proba`` as
    set by `probability` when it is converted.

    Raises
    ------
    ImportError
        If skl2onnx is not installed.

    Notes
    -----
    The ONNX model computes in double precision. With an input of float32 it returns probabilities
    of float32, which differ from ``predict_proba`` by rounding only. The converter supports the
    options `zipmap`, `output_class_labels` and `nocl` of skl2onnx.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import load_iris
    >>> from skfocal import FocalLogisticRegression
    >>> from skfocal.onnx import register_converters
    >>> X, y = load_iris(return_X_y=True)
    >>> model = FocalLogisticRegression().fit(X, y)
    >>> register_converters()  # doctest: +SKIP
    >>> from skl2onnx import to_onnx  # doctest: +SKIP
    >>> converted = to_onnx(
    ...     model, X[:1].astype(np.float32), options={"zipmap": False}
    ... )  # doctest: +SKIP
    """
    try:
        from skl2onnx import update_registered_converter  # noqa: PLC0415 - an optional dependency
        from skl2onnx.common.shape_calculator import (  # noqa: PLC0415 - an optional dependency
            calculate_linear_classifier_output_shapes,
        )
    except ImportError as error:
        msg = "register_converters needs skl2onnx. Install it: pip install 'skfocal[onnx]'."
        raise ImportError(msg) from error
    for model in (FocalLogisticRegression, FocalLogisticRegressionCV):
        update_registered_converter(
            model,
            f"Skfocal{model.__name__}",
            calculate_linear_classifier_output_shapes,
            convert,
            options=_OPTIONS,
        )
