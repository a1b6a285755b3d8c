"""The public names of `polyfam.optimizers`: a new optimizer is one file and one line here."""

from ._names import optimizer_named as optimizer_named
from .adagrad import AdaGrad as AdaGrad
from .adam import Adam as Adam
from .adamw import AdamW as AdamW
from .averaged import AveragedMomentum as AveragedMomentum
from .gradient_descent import GradientDescent as GradientDescent
from .heavy_ball import HeavyBall as HeavyBall
from .lion import Lion as Lion
from .lionk import LionK as LionK
from .look_ahead import LookAhead as LookAhead
from .nadam import NAdam as NAdam
from .nesterov import Nesterov as Nesterov
from .quasi_hyperbolic import QuasiHyperbolic as QuasiHyperbolic
from .rmsprop import RMSProp as RMSProp
from .signum import Signum as Signum
