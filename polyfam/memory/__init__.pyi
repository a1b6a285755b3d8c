"""The public names of `polyfam.memory`."""

from ._closed_form import FirstOrder as FirstOrder
from ._closed_form import closed_form as closed_form
from ._memoryless import memoryless as memoryless
from ._modified_loss import modified_loss as modified_loss
from ._run import run as run
from .a_priori import best_order as best_order
from .a_priori import term_bounds as term_bounds
from .a_priori import truncation_bound as truncation_bound
from .certificates import ErrorBound as ErrorBound
from .certificates import certify as certify
from .certificates import certify_run as certify_run
from .manifold import ManifoldPoint as ManifoldPoint
from .manifold import on_manifold as on_manifold
from .manifold_bounds import ManifoldBounds as ManifoldBounds
from .manifold_bounds import manifold_bounds as manifold_bounds
from .trajectory import DivergenceWarning as DivergenceWarning
from .trajectory import Trajectory as Trajectory
from .validity import Terms as Terms
from .validity import Thresholds as Thresholds
from .validity import ValidityWarning as ValidityWarning
from .validity import check_validity as check_validity
from .validity import converges as converges
from .validity import regime as regime
from .validity import sharpness as sharpness
from .validity import thresholds as thresholds
