"""The data sets that scikit-learn ships, with every feature brought to mean 0 and variance 1.

    name             samples  features   targets
    digits              1797        64   10 classes
    breast_cancer        569        30   2 classes
    wine                 178        13   3 classes
    iris                 150         4   3 classes
    diabetes             442        10   a number, brought to mean 0 and variance 1

They come with the package of scikit-learn: nothing is downloaded.  A feature that is constant (the
corners of the digits) becomes 0.
"""

from __future__ import annotations

import numpy as np

from polyfam._checks import optional_import, quoted, text
from polyfam.errors import UnknownNameError
from polyfam.typing import Array

__all__ = ["DATA_SETS", "load_data"]


#: The names that `load_data` knows.
DATA_SETS = ("breast_cancer", "diabetes", "digits", "iris", "wine")


def load_data(name: str) -> tuple[Array, Array]:
    """Return the standardised features and the targets of a data set.

    Parameters
    ----------
    name : str
        One of "breast_cancer", "diabetes", "digits", "iris", "wine".

    Returns
    -------
    X : ndarray of float64, shape (samples, features)
        Every column has mean 0 and variance 1, or is 0.
    y : ndarray, shape (samples,)
        Class labels 0, 1, ... as int64; for "diabetes" float64 with mean 0 and variance 1.

    Raises
    ------
    UnknownNameError
        For another name.
    MissingExtraError
        Without scikit-learn, which ``pip install 'polyfam[data]'`` brings.

    Examples
    --------
    >>> X, y = load_data("digits")
    >>> X.shape, y[:5]
    ((1797, 64), array([0, 1, 2, 3, 4]))
    """
    if text(name, "name") not in DATA_SETS:
        raise UnknownNameError(
            f"No data set is called {quoted(name)}: the names are {', '.join(DATA_SETS)}."
        )
    datasets = optional_import("sklearn.datasets", "data")
    features, targets = getattr(datasets, f"load_{name}")(return_X_y=True)
    targets = _standardised(targets) if name == "diabetes" else targets.astype(np.int64)
    return _standardised(features.astype(float)), targets


def _standardised(columns: Array) -> Array:
    """Return columns of mean 0 and variance 1; constant ones become 0."""
    centred = columns - columns.mean(axis=0)
    deviation = np.sqrt((centred * centred).mean(axis=0))
    constant = np.ptp(columns, axis=0) == 0  # rounding may leave such a deviation just above 0
    return np.where(constant, 0.0, centred / np.where(constant, 1.0, deviation))
