"""The public names of `polyfam.experiments`."""

from .experiment import Findings as Findings
from .experiment import Result as Result
from .experiment import draw as draw
from .experiment import run_experiment as run_experiment
from .experiment import title as title
from .experiment import write as write

EXPERIMENTS: dict[str, str]
