"""The pictures of heavy ball show what the theory says, and hold the numbers that they draw."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest

from polyfam.errors import DomainError, OutputError, UnknownNameError
from polyfam.experiments import EXPERIMENTS
from polyfam.experiments.experiment import run_experiment, title, write


def columns(result, table: str) -> dict[str, np.ndarray]:
    """Return a table of a result as arrays."""
    return {key: np.asarray(values) for key, values in result.tables[table].items()}


def test_slopes_are_the_orders_of_the_theory() -> None:
    result = run_experiment("order-of-error", orders=(1, 2, 3), digits=40, hidden_units=3)
    assert len(result.notes) == 9
    for note in result.notes:
        slopes = [float(slope) for slope in re.findall(r"\d\.\d\d", note)]
        assert np.abs(np.array(slopes) - [1, 2, 3]).max() < 0.25, note


def test_heavy_ball_lies_on_the_principal_flow_of_the_closed_form() -> None:
    result = run_experiment("principal-flow", steps=6, points_a_step=4)
    iterates, beta = columns(result, "iterates"), 0.7
    for h in result.parameters["step_sizes"]:
        mine = iterates["h"] == h
        points = iterates["re"][mine] + 1j * iterates["im"][mine]
        roots = np.roots([1, -(1 + beta - h), beta])
        nearest = min(roots, key=lambda r: abs(r - points[1]))
        np.testing.assert_allclose(points, nearest ** np.arange(7), atol=1e-12)
    assert float(re.search(r"nh: (\S+)[.]$", result.notes[1])[1]) < 1e-8


def test_the_distance_from_the_manifold_falls_like_powers_of_beta() -> None:
    result = run_experiment("attraction", fractions=(0.005,), digits=5)
    assert len(result.notes) == 3
    for note in result.notes:
        words = note.replace("beta = ", "").replace(",", "").split(" ")
        beta, rates = float(words[0]), [float(word.rstrip(".")) for word in words[-3:]]
        assert len(rates) == 3
        assert all(abs(rate / beta - 1) < 0.005 for rate in rates), note


def test_higher_orders_of_the_modified_loss_stay_closer_to_heavy_ball() -> None:
    result = run_experiment("modified-loss", steps=40, grid=8)
    paths = columns(result, "paths")
    farthest = {
        name: paths["distance"][paths["path"] == name].max() for name in np.unique(paths["path"])
    }
    assert farthest["heavy ball"] == 0
    assert farthest["descent, order 4"] < 0.3 * farthest["descent, order 2"]
    assert farthest["descent, order 2"] < 0.3 * farthest["descent, order 1"]


def test_the_first_penalty_is_the_squared_gradient() -> None:
    from polyfam.losses import MLP
    from polyfam.losses.data import load_data
    from polyfam.memory import run
    from polyfam.optimizers import HeavyBall

    changes = {"steps": 20, "looks": 3, "digits": 50, "hidden_units": 3, "beta": 0.5}
    result = run_experiment("penalties", **changes)
    features, labels = load_data("digits")
    net = MLP(features[:50], labels[:50], (3,))
    theta = run(HeavyBall(0.5), net, net.initial_point(0), steps=20, step_size=0.002).points[20]
    squared = float(np.sum(net.gradient(theta) ** 2))
    last = {key: values[-1] for key, values in result.tables["terms"].items()}
    assert last["h^1"] == pytest.approx(0.002 * 0.5 / (2 * 0.25) * squared)
    assert last["loss"] == pytest.approx(float(net.value(theta)))


def test_the_penalty_integral_is_that_of_numerical_quadrature() -> None:
    from scipy.integrate import quad

    from polyfam.bias import bracket

    result = run_experiment("penalty-integral", points=5, epsilons=(0.5,))

    def slope(y: float, beta1: float, beta2: float) -> float:
        return bracket(y, beta1=beta1, beta2=beta2, epsilon=0.5) * y / np.sqrt(0.5 + y * y)

    for beta1, beta2, _, x, penalty in zip(*result.tables["penalty"].values(), strict=True):
        assert penalty == pytest.approx(quad(slope, 0, x, (beta1, beta2))[0], abs=1e-9)


def test_files_hold_what_is_drawn_and_come_out_alike(tmp_path: Path) -> None:
    result = run_experiment("principal-flow", steps=2, points_a_step=2, step_sizes=(0.02, 3.0))
    for folder, form in (("one", "svg"), ("two", "svg"), ("three", "png"), ("four", "png")):
        write(result, tmp_path / folder, form)
    for one, two in (("one", "two"), ("three", "four")):
        for file in sorted((tmp_path / one).iterdir()):
            assert file.read_bytes() == (tmp_path / two / file.name).read_bytes()
    with open(tmp_path / "one" / "principal-flow-iterates.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["re"]) for row in rows] == result.tables["iterates"]["re"]
    about = json.loads((tmp_path / "one" / "principal-flow.json").read_text())
    assert about["parameters"]["seed"] == 0
    assert about["parameters"]["beta"] == 0.7
    assert (
        "beta 0.7, step sizes 0.02 3, steps 2"
        in (tmp_path / "one" / "principal-flow.svg").read_text()
    )


def test_every_experiment_has_a_title_and_two_sets_of_the_same_parameters() -> None:
    from importlib import import_module

    for name, module in EXPERIMENTS.items():
        experiment = import_module(f"polyfam.experiments.{module}")
        assert experiment.QUICK.keys() == experiment.FULL.keys()
        assert 10 < len(title(name)) <= 58


def test_unknown_names_are_told_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"'atraction'; perhaps 'attraction' is"):
        run_experiment("atraction")
    with pytest.raises(UnknownNameError, match=r"has no parameter 'step'; it has beta"):
        run_experiment("principal-flow", step=2)
    with pytest.raises(DomainError, match="'seed' must be at least 0"):
        run_experiment("principal-flow", seed=-1)
    result = run_experiment("principal-flow", steps=1, points_a_step=1)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be made"):
        write(result, tmp_path / "file" / "folder")


def test_certified_errors_are_above_the_true_ones_and_close() -> None:
    result = run_experiment("certificates", orders=(1, 2, 3), fractions=(0.05, 0.2), steps=20)
    errors = columns(result, "errors")
    ratio = errors["certified"] / errors["true"]
    assert (ratio >= 1).all()
    assert (ratio < 1.2).all()


def test_central_flow_goes_through_the_middle_of_the_iterates(tmp_path: Path) -> None:
    changes = {"betas": (0.0,), "digits": 60, "steps": 60, "every": 6}
    result = run_experiment("edge-of-stability", **changes)
    numbers = [float(x) for x in re.findall(r"\d+\.\d+", result.notes[0])]
    sharp, free, seen, flow = numbers[-4:]
    assert abs(sharp - 1) < 0.3
    assert free > 1.1
    assert abs(flow / seen - 1) < 0.3
    assert write(result, tmp_path)[0].suffix == ".svg"
