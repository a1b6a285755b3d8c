"""The public names; the package reads this list and imports each name when it is first used."""
from .bias import explain as explain
from .bias import perturbation as perturbation
from .census.census import take_census as take_census
from .census.certificate import Certificate as Certificate
from .census.certificate import load_certificate as load_certificate
from .errors import ArgumentTypeError as ArgumentTypeError
from .errors import DataError as DataError
from .errors import DomainError as DomainError
from .errors import InvalidTreeError as InvalidTreeError
from .errors import LostWorkersError as LostWorkersError
from .errors import MissingExtraError as MissingExtraError
from .errors import OutputError as OutputError
from .errors import PolyfamError as PolyfamError
from .errors import ResourceError as ResourceError
from .errors import TaylorError as TaylorError
from .errors import UnknownNameError as UnknownNameError
from .family.identification import Identification as Identification
from .family.identification import identify as identify
from .family.identities import verify as verify
from .family.named import catalan as catalan
from .family.named import eulerian_row as eulerian_row
from .family.named import free_sum_row as free_sum_row
from .family.named import labelled_sum_row as labelled_sum_row
from .family.named import narayana_row as narayana_row
from .family.named import row_sum as row_sum
from .family.named import type_b_narayana_row as type_b_narayana_row
from .family.polynomial import BetaPolynomial as BetaPolynomial
from .family.single import beta_polynomial as beta_polynomial
from .family.table import BetaTable as BetaTable
from .family.table import beta_table as beta_table
from .flows import modified_equation as modified_equation
from .flows import principal_flow as principal_flow
from .losses.arithmetic.taylor import Taylor as Taylor
from .losses.data import load_data as load_data
from .losses.derivatives.black_box import black_box as black_box
from .losses.derivatives.from_jax import from_jax as from_jax
from .losses.derivatives.from_torch import from_torch as from_torch
from .losses.derivatives.jets import gradient_series as gradient_series
from .memory import Terms as Terms
from .memory import Trajectory as Trajectory
from .memory import ValidityWarning as ValidityWarning
from .memory import memoryless as memoryless
from .memory import modified_loss as modified_loss
from .memory import run as run
from .memory import sharpness as sharpness
from .optimizers import HeavyBall as HeavyBall
from .series.bseries import BSeries as BSeries
from .series.kernel_verdict import gradient_order as gradient_order
from .series.kernels import Kernel as Kernel
from .series.linear_memory import field as field
from .series.minibatch_table import batch_table as batch_table
from .series.named_kernels import kernel as kernel
from .series.startup import startup_coefficient as startup_coefficient
from .tables.cite import citation as citation
from .tables.package import load_table as load_table
from .tables.table import Table as Table
from .trees.counting import count_free_trees as count_free_trees
from .trees.counting import count_rooted_trees as count_rooted_trees
from .trees.counting import rank as rank
from .trees.counting import unrank_free_tree as unrank_free_tree
from .trees.counting import unrank_rooted_tree as unrank_rooted_tree
from .trees.generation import free_trees as free_trees
from .trees.generation import rooted_trees as rooted_trees
from .trees.notation import format_tree as format_tree
from .trees.notation import parse_tree as parse_tree
from .trees.notation.graph import from_networkx as from_networkx
from .trees.sampling import random_free_tree as random_free_tree
from .trees.sampling import random_rooted_tree as random_rooted_tree
from .trees.shapes import broom as broom
from .trees.shapes import caterpillar as caterpillar
from .trees.shapes import double_star as double_star
from .trees.shapes import path as path
from .trees.shapes import spider as spider
from .trees.shapes import star as star
from .trees.tree import FreeTree as FreeTree
from .trees.tree import RootedTree as RootedTree
from .words.bijections import dyck_word_of_path_word as dyck_word_of_path_word
from .words.bijections import nested_set_of_word as nested_set_of_word
from .words.bijections import path_word_of_dyck_word as path_word_of_dyck_word
from .words.bijections import word_of_nested_set as word_of_nested_set
from .words.listing import edge_words as edge_words
from .words.listing import gamma_words as gamma_words
from .words.nested_sets import maximal_nested_sets as maximal_nested_sets
from .words.ranking import count_edge_words as count_edge_words
from .words.ranking import random_edge_word as random_edge_word
from .words.ranking import rank_edge_word as rank_edge_word
from .words.ranking import unrank_edge_word as unrank_edge_word

__all__ = [
    "ArgumentTypeError",
    "BSeries",
    "BetaPolynomial",
    "BetaTable",
    "Certificate",
    "DataError",
    "DomainError",
    "FreeTree",
    "HeavyBall",
    "Identification",
    "InvalidTreeError",
    "Kernel",
    "LostWorkersError",
    "MissingExtraError",
    "OutputError",
    "PolyfamError",
    "ResourceError",
    "RootedTree",
    "Table",
    "Taylor",
    "TaylorError",
    "Terms",
    "Trajectory",
    "UnknownNameError",
    "ValidityWarning",
    "batch_table",
    "beta_polynomial",
    "beta_table",
    "black_box",
    "broom",
    "catalan",
    "caterpillar",
    "citation",
    "count_edge_words",
    "count_free_trees",
    "count_rooted_trees",
    "double_star",
    "dyck_word_of_path_word",
    "edge_words",
    "eulerian_row",
    "explain",
    "field",
    "format_tree",
    "free_sum_row",
    "free_trees",
    "from_jax",
    "from_networkx",
    "from_torch",
    "gamma_words",
    "gradient_order",
    "gradient_series",
    "identify",
    "kernel",
    "labelled_sum_row",
    "load_certificate",
    "load_data",
    "load_table",
    "maximal_nested_sets",
    "memoryless",
    "modified_equation",
    "modified_loss",
    "narayana_row",
    "nested_set_of_word",
    "parse_tree",
    "path",
    "path_word_of_dyck_word",
    "perturbation",
    "principal_flow",
    "random_edge_word",
    "random_free_tree",
    "random_rooted_tree",
    "rank",
    "rank_edge_word",
    "rooted_trees",
    "row_sum",
    "run",
    "sharpness",
    "spider",
    "star",
    "startup_coefficient",
    "take_census",
    "type_b_narayana_row",
    "unrank_edge_word",
    "unrank_free_tree",
    "unrank_rooted_tree",
    "verify",
    "word_of_nested_set",
]
