"""Our optimizers against a live torch.optim, step for step."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracles.trajectories import ours
from tests.peers.make_trajectories import PEERS, points

CASES = [case for case in PEERS if case[2].startswith("torch")]


@pytest.mark.parametrize(("name", "hyperparameters", "peer"), CASES, ids=lambda x: str(x))
def test_trajectory_matches_torch(name: str, hyperparameters: dict, peer: str) -> None:
    np.testing.assert_allclose(ours(name, hyperparameters), points(peer), rtol=1e-13, atol=1e-14)
