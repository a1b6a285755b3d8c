"""The public names of `polyfam.memory`."""


from ._closed_form import FirstOrder as FirstOrder
from ._closed_form import closed_form as closed_form
from ._envelope import envelope as envelope
from ._memoryless import memoryless as memoryless
from ._modified_loss import modified_loss as modified_loss
from ._run import run as run
from .manifold import ManifoldPoint as ManifoldPoint
from .manifold import on_manifold as on_manifold
from .trajectory import DivergenceWarning as DivergenceWarning
from .trajectory import Trajectory as Trajectory
from .validity import Terms as Terms
from .validity import Thresholds as Thresholds
from .validity import ValidityWarning as ValidityWarning
from .validity import check_validity as check_validity
from .validity import converges as converges
from .validity import curvature_range as curvature_range
from .validity import regime as regime
from .validity import sharpness as sharpness
from .validity import thresholds as thresholds
