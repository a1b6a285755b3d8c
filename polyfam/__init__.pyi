"""The public names; the package reads this list and imports each name when it is first used."""

from . import bias as bias
from . import bridge as bridge
from . import census as census
from . import family as family
from . import flows as flows
from . import losses as losses
from . import memory as memory
from . import optimizers as optimizers
from . import series as series
from . import tables as tables
from . import trees as trees
from . import words as words
from .bias import explain as explain
from .bias import perturbation as perturbation
from .bridge import memory_correction as memory_correction
from .census import load_certificate as load_certificate
from .census import take_census as take_census
from .errors import PolyfamError as PolyfamError
from .family import BetaPolynomial as BetaPolynomial
from .family import beta_polynomial as beta_polynomial
from .family import beta_table as beta_table
from .family import eulerian_row as eulerian_row
from .family import graph_polynomial as graph_polynomial
from .family import identify as identify
from .family import narayana_row as narayana_row
from .family import verify as verify
from .flows import modified_equation as modified_equation
from .flows import principal_flow as principal_flow
from .losses import from_jax as from_jax
from .losses import from_torch as from_torch
from .losses import load_data as load_data
from .losses import smoothness as smoothness
from .memory import Terms as Terms
from .memory import ValidityWarning as ValidityWarning
from .memory import memoryless as memoryless
from .memory import modified_loss as modified_loss
from .memory import run as run
from .memory import sharpness as sharpness
from .optimizers import HeavyBall as HeavyBall
from .series import Expansion as Expansion
from .series import Kernel as Kernel
from .tables import citation as citation
from .tables import load_table as load_table
from .tables import table_names as table_names
from .tables import tree_id as tree_id
from .trees import FreeTree as FreeTree
from .trees import RootedTree as RootedTree
from .trees import count_free_trees as count_free_trees
from .trees import draw as draw
from .trees import format_tree as format_tree
from .trees import free_trees as free_trees
from .trees import from_networkx as from_networkx
from .trees import parse_tree as parse_tree
from .trees import path as path
from .trees import random_free_tree as random_free_tree
from .trees import rank as rank
from .trees import rooted_trees as rooted_trees
from .trees import spider as spider
from .trees import star as star
from .words import edge_words as edge_words

__all__ = [
    "BetaPolynomial",
    "Expansion",
    "FreeTree",
    "HeavyBall",
    "Kernel",
    "PolyfamError",
    "RootedTree",
    "Terms",
    "ValidityWarning",
    "beta_polynomial",
    "beta_table",
    "bias",
    "bridge",
    "census",
    "citation",
    "count_free_trees",
    "draw",
    "edge_words",
    "eulerian_row",
    "explain",
    "family",
    "flows",
    "format_tree",
    "free_trees",
    "from_jax",
    "from_networkx",
    "from_torch",
    "graph_polynomial",
    "identify",
    "load_certificate",
    "load_data",
    "load_table",
    "losses",
    "memory",
    "memory_correction",
    "memoryless",
    "modified_equation",
    "modified_loss",
    "narayana_row",
    "optimizers",
    "parse_tree",
    "path",
    "perturbation",
    "principal_flow",
    "random_free_tree",
    "rank",
    "rooted_trees",
    "run",
    "series",
    "sharpness",
    "smoothness",
    "spider",
    "star",
    "table_names",
    "tables",
    "take_census",
    "tree_id",
    "trees",
    "verify",
    "words",
]
