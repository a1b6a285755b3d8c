"""The data sets against the shapes and figures that their descriptions state."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.errors import UnknownNameError
from polyfam.losses import DATA_SETS, load_data

SHAPES = {
    "breast_cancer": ((569, 30), 2, 357),
    "diabetes": ((442, 10), None, None),
    "digits": ((1797, 64), 10, 182),
    "iris": ((150, 4), 3, 50),
    "wine": ((178, 13), 3, 71),
}


@pytest.mark.parametrize("name", DATA_SETS)
def test_shapes_and_classes_match_the_descriptions(name: str) -> None:
    features, targets = load_data(name)
    shape, classes, ones = SHAPES[name]
    assert (features.shape, features.dtype) == (shape, np.float64)
    assert len(targets) == shape[0]
    if classes:
        assert targets.dtype == np.int64
        assert np.unique(targets).tolist() == list(range(classes))
        assert (targets == 1).sum() == ones
    else:
        assert (targets.mean(), targets.var()) == pytest.approx((0, 1))


@pytest.mark.parametrize("name", DATA_SETS)
def test_features_have_mean_zero_and_variance_one_or_are_zero(name: str) -> None:
    features, _ = load_data(name)
    assert features.mean(axis=0) == pytest.approx(0)
    variances = features.var(axis=0)
    constant = variances == 0
    assert variances[~constant] == pytest.approx(1)
    assert constant.sum() == (3 if name == "digits" else 0)
    assert not features[:, constant].any()


def test_unknown_name_is_refused_with_the_names() -> None:
    with pytest.raises(UnknownNameError, match="'mnist': the names are breast_cancer, diabetes"):
        load_data("mnist")
