"""The convolutional net of the sweep of Adam's memories, where torch is installed."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.experiments.experiment import run_experiment
from polyfam.experiments.small_cnn import SmallCNN
from polyfam.losses.data import load_data
from polyfam.losses.derivatives.self_check import check_series


def test_series_of_the_net_agrees_with_its_plain_gradients() -> None:
    features, labels = load_data("digits")
    net = SmallCNN(features[:20], labels[:20], 2)
    theta = net.initial_point(0)
    assert theta.shape == (net.dimension,) == (148,)
    check_series(net.gradient, net.series, theta)
    assert net.predict(np.stack([theta] * 3), features[:5]).shape == (3, 5, 10)


def test_the_sweep_runs_on_the_convolutional_net() -> None:
    changes = {"digits": 40, "hidden_units": 2, "starts": 2, "target": 1.5, "step_size": 0.01}
    memories = {"beta_2s": (0.99,), "beta_1s": (0.9,), "beta_2": 0.99, "step_size_of_lion": 0.005}
    result = run_experiment("adam-sweep", net="cnn", **changes, **memories)
    table = result.tables["nets"]
    assert table["optimizer"] == ["Adam"] * 4 + ["Lion"] * 2
    assert all(0 < accuracy <= 1 for accuracy in table["accuracy"])
    assert result.parameters["net"] == "cnn"


def test_other_nets_are_refused() -> None:
    with pytest.raises(ValueError, match="'net' must be 'perceptron' or 'cnn', not 'rnn'"):
        run_experiment("adam-sweep", net="rnn")
