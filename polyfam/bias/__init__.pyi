"""The public names of `polyfam.bias`."""

from ._explain import Facts as Facts
from ._explain import explain as explain
from ._perturbation import Penalty as Penalty
from ._perturbation import Perturbation as Perturbation
from ._perturbation import perturbation as perturbation
from .batch_noise import BatchCorrection as BatchCorrection
from .batch_noise import batch_variance as batch_variance
from .batch_noise import expected_correction as expected_correction
from .batch_noise import sampled_terms as sampled_terms
from .preconditioned import preconditioned_sharpness as preconditioned_sharpness
from .preconditioned import preconditioner as preconditioner
from .preconditioned import stability_threshold as stability_threshold
from .regimes import AdamRegime as AdamRegime
from .regimes import bracket as bracket
from .regimes import penalty_integral as penalty_integral
from .regimes import regime_table as regime_table
from .regimes import sign_change as sign_change
