"""The code of the guide runs."""

import re
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

GUIDE = Path(__file__).parents[2] / "docs" / "tools.md"
BLOCKS = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.slow
def test_all_code_but_that_of_mlflow_runs(tmp_path, monkeypatch):
    for package in (
        *("lightgbm", "onnxruntime", "optuna", "shap", "skl2onnx", "skops", "treelite"),
    ):
        pytest.importorskip(package)
    import matplotlib.pyplot as plt  # noqa: PLC0415 - only this test draws
    import optuna  # noqa: PLC0415 - an optional dependency

    optuna.logging.disable_default_handler()
    plt.switch_backend("agg")
    monkeypatch.chdir(tmp_path)
    names = {}
    with threadpool_limits(limits=1):
        for block in BLOCKS:
            if "mlflow" not in block:
                exec(block.replace("n_trials=50", "n_trials=2"), names)  # noqa: S102 - our guide
    plt.close("all")
    assert names["session"] is not None
    assert len(names["study"].trials) == 2
    assert names["explanation"].shape == (100, 30)
    expected = names["boosted"].predict_proba(names["X"])[:, 1]
    np.testing.assert_allclose(names["posterior"], expected, atol=1e-6)
