from .bseries import BSeries as BSeries
from .coproduct import cuts as cuts
from .elementary_differentials import ElementaryDifferentials as ElementaryDifferentials
from .equation import equation_of_iteration as equation_of_iteration
from .equation import modified_equation as modified_equation
from .expansion import Expansion as Expansion
from .expansion import Term as Term
from .gradient import GradientCheck as GradientCheck
from .gradient import Obstruction as Obstruction
from .gradient import gradient_check as gradient_check
from .kernel_verdict import GradientVerdict as GradientVerdict
from .kernel_verdict import gradient_order as gradient_order
from .kernels import Kernel as Kernel
from .kernels import kernel_coefficient as kernel_coefficient
from .kernels import kernel_coefficients as kernel_coefficients
from .linear_memory import field as field
from .linear_memory import modified_loss as modified_loss
from .minibatch import RealisedExpansion as RealisedExpansion
from .minibatch import realised_field as realised_field
from .minibatch import realised_loss as realised_loss
from .minibatch import realised_terms as realised_terms
from .minibatch import realised_weight as realised_weight
from .minibatch_cumulants import cumulant_coefficient as cumulant_coefficient
from .minibatch_cumulants import moment_coefficient as moment_coefficient
from .minibatch_reshuffling import independent_variance as independent_variance
from .minibatch_reshuffling import mean_reshuffled_variance as mean_reshuffled_variance
from .minibatch_reshuffling import reshuffled_variance as reshuffled_variance
from .minibatch_table import BatchTerm as BatchTerm
from .minibatch_table import ExpectedExpansion as ExpectedExpansion
from .minibatch_table import batch_table as batch_table
from .minibatch_table import batch_terms as batch_terms
from .minibatch_table import expected_loss as expected_loss
from .named_kernels import KERNELS as KERNELS
from .named_kernels import aggregated_kernel as aggregated_kernel
from .named_kernels import finite_kernel as finite_kernel
from .named_kernels import kernel as kernel
from .rational import evaluate as evaluate
from .rational import text as text
from .runge_kutta import runge_kutta as runge_kutta
from .startup import startup_coefficient as startup_coefficient
from .startup import startup_coefficients as startup_coefficients
from .substitution import partitions as partitions
from .terms import Terms as Terms

__all__ = [
    "KERNELS",
    "BSeries",
    "BatchTerm",
    "ElementaryDifferentials",
    "Expansion",
    "ExpectedExpansion",
    "GradientCheck",
    "GradientVerdict",
    "Kernel",
    "Obstruction",
    "RealisedExpansion",
    "Term",
    "Terms",
    "aggregated_kernel",
    "batch_table",
    "batch_terms",
    "cumulant_coefficient",
    "cuts",
    "equation_of_iteration",
    "evaluate",
    "expected_loss",
    "field",
    "finite_kernel",
    "gradient_check",
    "gradient_order",
    "independent_variance",
    "kernel",
    "kernel_coefficient",
    "kernel_coefficients",
    "mean_reshuffled_variance",
    "modified_equation",
    "modified_loss",
    "moment_coefficient",
    "partitions",
    "realised_field",
    "realised_loss",
    "realised_terms",
    "realised_weight",
    "reshuffled_variance",
    "runge_kutta",
    "startup_coefficient",
    "startup_coefficients",
    "text",
]
