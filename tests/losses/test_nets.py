"""Losses on data: batches, workspaces, predictions, targets, and values by hand."""

from __future__ import annotations

import gc
import pickle

import numpy as np
import pytest

from polyfam.errors import (
    ArgumentTypeError,
    DomainError,
    PolyfamError,
    ResourceError,
    UnknownNameError,
)
from polyfam.losses import (
    MLP,
    DeepLinear,
    LinearRegression,
    LogCosh,
    LogisticRegression,
    SoftmaxRegression,
)
from polyfam.losses.arithmetic.taylor import Taylor
from tests.losses.samples import DATA_LOSSES, LABELS, NETS, NUMBERS, OUTPUTS, X

RNG = np.random.default_rng(5)


@pytest.mark.parametrize("name", DATA_LOSSES)
def test_mean_over_equal_batches_is_the_whole_loss(name: str) -> None:
    loss = DATA_LOSSES[name]
    theta = RNG.standard_normal(loss.dimension)
    batches = [loss.batch(part) for part in RNG.permutation(loss.size).reshape(4, -1)]
    assert [batch.size for batch in batches] == [loss.size // 4] * 4
    np.testing.assert_allclose(np.mean([b.value(theta) for b in batches]), loss.value(theta))
    mean = np.mean([b.gradient(theta) for b in batches], axis=0)
    np.testing.assert_allclose(mean, loss.gradient(theta), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", DATA_LOSSES)
def test_batch_leaves_the_whole_as_it_was(name: str) -> None:
    loss = DATA_LOSSES[name]
    theta = np.ones(loss.dimension)
    before = loss.gradient(theta)
    loss.batch([0, 0, 3]).gradient(theta)
    np.testing.assert_array_equal(loss.gradient(theta), before)


def test_two_jets_at_once_do_not_share_a_workspace() -> None:
    loss = NETS["mlp tanh"]
    first, second = RNG.standard_normal((2, 3, loss.dimension))
    one, two = loss.jet((loss.dimension,), 3), loss.jet((loss.dimension,), 3)
    mixed = [(one.push(a), two.push(b)) for a, b in zip(first, second, strict=True)]
    for curve, found in zip((first, second), zip(*mixed, strict=True), strict=True):
        alone = loss.jet((loss.dimension,), 3)
        np.testing.assert_array_equal([alone.push(c) for c in curve], found)


def test_next_jet_takes_the_workspace_of_the_last() -> None:
    loss = NETS["softmax"].batch(np.arange(8))
    workspaces = []
    for _ in range(2):
        jet = loss.jet((loss.dimension,), 2)
        jet.push(np.zeros(loss.dimension))
        workspaces.append(jet._workspace)
        del jet
        gc.collect()
    assert workspaces[0] is workspaces[1]
    assert not loss.batch([1]).spare


@pytest.mark.parametrize("name", DATA_LOSSES)
def test_pickled_loss_is_the_same_and_leaves_the_workspace_behind(name: str) -> None:
    loss = DATA_LOSSES[name]
    theta = np.ones(loss.dimension)
    loss.jet(theta.shape, 4).push(theta)
    again = pickle.loads(pickle.dumps(loss))
    np.testing.assert_array_equal(again.gradient(theta), loss.gradient(theta))
    assert not getattr(again, "spare", None)


def test_absurd_workspace_is_refused_with_its_size() -> None:
    loss = NETS["mlp tanh"]
    jet = loss.jet((1_000_000, loss.dimension), 9)
    with pytest.raises(ResourceError, match=r"9 terms at 1,000,000 points would take \d+ GiB"):
        jet.push(np.broadcast_to(0.0, (1_000_000, loss.dimension)))


def test_jet_refuses_wrong_shapes_and_too_many_terms() -> None:
    loss = NETS["softmax"]
    jet = loss.jet((loss.dimension,), 1)
    with pytest.raises(DomainError, match="takes 1 coefficients of shape"):
        jet.push(np.zeros((2, loss.dimension)))
    jet.push(np.zeros(loss.dimension))
    with pytest.raises(DomainError, match="not a 2-th one"):
        jet.push(np.zeros(loss.dimension))


def test_jet_refuses_to_drop_imaginary_parts() -> None:
    loss = NETS["softmax"]
    jet = loss.jet((loss.dimension,), 2)
    jet.push(np.zeros(loss.dimension))
    with pytest.raises(DomainError, match=r"first coefficient .* must be complex: write theta"):
        jet.push(np.full(loss.dimension, 1j))


def test_many_samples_in_pieces_match_one_sample_at_a_time() -> None:
    inputs, targets = RNG.standard_normal((5000, 3)), RNG.integers(0, 3, 5000)
    loss = MLP(inputs, targets, widths=(4,))
    theta = RNG.standard_normal((2, loss.dimension))
    parts = [loss.batch([i]) for i in range(0, 5000, 100)]
    chosen = loss.batch(np.arange(0, 5000, 100))
    np.testing.assert_allclose(
        chosen.gradient(theta), np.mean([p.gradient(theta) for p in parts], 0), rtol=1e-12
    )
    whole = loss.batch(np.arange(4096))
    halves = [loss.batch(np.arange(2048)), loss.batch(np.arange(2048, 4096))]
    np.testing.assert_allclose(
        whole.jet(theta.shape, 1).push(theta), np.mean([h.gradient(theta) for h in halves], 0)
    )


def test_softmax_with_two_classes_is_logistic_regression() -> None:
    labels = LABELS % 2
    two, one = SoftmaxRegression(X, labels), LogisticRegression(X, labels)
    theta = RNG.standard_normal((3, one.dimension))
    both = np.concatenate([np.zeros_like(theta), theta], axis=-1)
    np.testing.assert_allclose(two.value(both), one.value(theta))
    np.testing.assert_allclose(two.gradient(both)[:, one.dimension :], one.gradient(theta))
    np.testing.assert_allclose(two.predict(both, X)[..., 1:], one.predict(theta, X))


def test_deep_linear_net_without_hidden_layers_is_linear_regression() -> None:
    columns = np.column_stack([X, np.ones(len(X))])
    deep, plain = DeepLinear(columns, NUMBERS, (), 0.5), LinearRegression(X, NUMBERS, 0.5)
    theta = RNG.standard_normal((3, plain.dimension))
    np.testing.assert_allclose(deep.value(theta), plain.value(theta))
    np.testing.assert_allclose(deep.gradient(theta), plain.gradient(theta))
    np.testing.assert_allclose(deep.predict(theta, columns)[..., 0], theta @ columns.T)


def test_logistic_values_stay_finite_far_out() -> None:
    loss = LogisticRegression([[1.0], [-1.0]], [1, 1])
    assert loss.value([1e4, 0.0]) == 5e3
    assert loss.gradient([1e4, 0.0]).tolist() == [0.5, -0.5]
    assert SoftmaxRegression([[1.0]], [1]).value([1e4, 0.0, -1e4, 0.0]) == 2e4


def test_initial_points_have_glorot_variances_and_no_biases() -> None:
    loss = MLP(RNG.standard_normal((5, 60)), [0, 1, 2, 3, 4], widths=(100,))
    assert loss.dimension == 100 * 61 + 5 * 101
    first, second = loss.matrices(loss.initial_point(seed=2))
    assert not first[:, -1].any()
    assert not second[:, -1].any()
    assert first[:, :-1].var() == pytest.approx(2 / 160, rel=0.1)
    assert second[:, :-1].var() == pytest.approx(2 / 105, rel=0.2)
    np.testing.assert_array_equal(loss.initial_point(2), loss.initial_point(2))


def test_a_run_of_gradient_descent_learns_the_labels() -> None:
    inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    loss = MLP(inputs, [0, 1, 1, 0], widths=(8,))
    theta = loss.initial_point(seed=0)
    for _ in range(2000):
        theta = theta - loss.gradient(theta)
    assert loss.predict(theta, inputs).argmax(-1).tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda: SoftmaxRegression(X, LABELS[1:]), DomainError, "one target for each of the 12"),
        (lambda: SoftmaxRegression(X, LABELS - 1), DomainError, "labels of at least 0, not -1"),
        (lambda: SoftmaxRegression(X, LABELS + 0.5), DomainError, "must be a list of class labels"),
        (lambda: SoftmaxRegression(X[0], LABELS), DomainError, "Argument 'X' must be an array"),
        (lambda: SoftmaxRegression(X * np.inf, LABELS), DomainError, "Argument 'X' must be finite"),
        (lambda: SoftmaxRegression(X, LABELS, -1), DomainError, "'ridge' must be at least 0"),
        (lambda: LogisticRegression(X, LABELS), DomainError, "must hold labels 0 and 1, not 2"),
        (lambda: LinearRegression(X, NUMBERS[2:]), DomainError, "one target for each of the 12"),
        (lambda: LinearRegression(X, NUMBERS * np.nan), DomainError, "'y' must be finite"),
        (lambda: MLP(X, LABELS, ()), DomainError, "Argument 'widths' must name the width"),
        (lambda: MLP(X, LABELS, (0,)), DomainError, "'widths' must be at least 1"),
        (lambda: MLP(X, LABELS, (2,), "relu"), UnknownNameError, "No activation is called 'relu'"),
        (lambda: MLP(X, LABELS, (2,), loss="l1"), UnknownNameError, "No loss is called 'l1'"),
        (
            lambda: SoftmaxRegression(X * 1j, LABELS),
            ArgumentTypeError,
            "'X' must be an array of real",
        ),
        (
            lambda: SoftmaxRegression(X, LABELS * 1j),
            ArgumentTypeError,
            "'y' must be an array of real",
        ),
        (lambda: SoftmaxRegression(X, LABELS, 1j), ArgumentTypeError, "'ridge' must be a number"),
        (lambda: SoftmaxRegression(X, LABELS * 10**9), DomainError, "labels below 10000, not 20"),
        (
            lambda: DeepLinear(X, [[1], [2, 3]], ()),
            ArgumentTypeError,
            "'y' must be an array of real",
        ),
        (lambda: DeepLinear(X, OUTPUTS, 5), ArgumentTypeError, "must be a list of widths.*, not 5"),
        (lambda: MLP(X, LABELS, 5), ArgumentTypeError, "must be a list of widths.*, not 5"),
        (lambda: MLP(X, LABELS, "5"), ArgumentTypeError, "must be a list of widths.*, not '5'"),
        (lambda: MLP(X, LABELS, (2.5,)), ArgumentTypeError, "'widths' must be an integer, not 2.5"),
        (lambda: MLP(X, LABELS, (2,), ["tanh"]), UnknownNameError, "No activation is called"),
        (lambda: MLP(X, LABELS, (2,), loss=["l1"]), UnknownNameError, "No loss is called"),
        (lambda: NETS["softmax"].initial_point(-1), DomainError, "'seed' must be at least 0"),
        (lambda: NETS["softmax"].initial_point("a"), ArgumentTypeError, "must be an integer"),
        (
            lambda: NETS["softmax"].batch([[1], [2, 3]]),
            ArgumentTypeError,
            "must be a list of integers",
        ),
        (
            lambda: NETS["softmax"].batch([]),
            ArgumentTypeError,
            "'indices' must be a list of integers",
        ),
        (lambda: NETS["softmax"].batch([12]), DomainError, "must be from 0 to 11, not 12"),
        (lambda: NETS["softmax"].batch([0.5]), ArgumentTypeError, "must be a list of integers"),
        (lambda: NETS["softmax"].gradient([1.0]), DomainError, "on its last axis, not 1"),
        (lambda: NETS["softmax"].predict(np.ones(12), X[:, 1:]), DomainError, "3 columns, not 2"),
    ],
    ids=range(32),
)
def test_bad_input_is_refused_in_one_sentence(build, error, message) -> None:
    with pytest.raises(PolyfamError, match=message) as caught:
        build()
    assert type(caught.value) is error
    assert "\n" not in str(caught.value)


def test_errors_of_samples_that_are_all_but_certain_keep_their_digits() -> None:
    """One sample at the margin m: the gradient on its line is -sigma(-m - h) to every order."""
    exact = np.exp(-60.0) * np.array([-1.0, 1.0, -0.5, 1 / 6])
    logistic = LogisticRegression([[1.0]], [1])
    curve = np.array([[60.0, 0.0], [1.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    jet = logistic.jet((2,), 4)
    np.testing.assert_allclose([jet.push(c)[0] for c in curve], exact, rtol=1e-13)
    np.testing.assert_allclose(logistic.value(curve[0]), np.exp(-60.0), rtol=1e-13)
    softmax = SoftmaxRegression([[1.0]], [1])
    curve = np.array([[0.0, 0.0, 60.0, 0.0], [0.0, 0.0, 1.0, 0.0], *np.zeros((2, 4))])
    for column in (2, 3):
        jet = softmax.jet((4,), 4)
        found = [jet.push(c)[column] for c in curve]
        np.testing.assert_allclose(found, exact, rtol=1e-13)
    found = softmax.gradient(Taylor(curve)).coefficients[:, 2]
    np.testing.assert_allclose(found, exact, rtol=1e-13)
    np.testing.assert_allclose(softmax.value(curve[0]), np.exp(-60.0), rtol=1e-13)
    for theta in (1e-9, 3.0, -40.0):
        expected = 5e-19 if theta == 1e-9 else np.logaddexp(theta, -theta) - np.log(2)
        np.testing.assert_allclose(LogCosh().value([theta]), expected, rtol=1e-13)
