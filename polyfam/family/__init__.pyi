from .graphs import by_elimination_words as by_elimination_words
from .graphs import graph_polynomial as graph_polynomial
from .identification import Identification as Identification
from .identification import identify as identify
from .identities import IDENTITIES as IDENTITIES
from .identities import Identity as Identity
from .identities import Verification as Verification
from .identities import verify as verify
from .identities.chain import is_interlacing_chain as is_interlacing_chain
from .identities.chain import normal_form as normal_form
from .named import TRIANGLES as TRIANGLES
from .named import Triangle as Triangle
from .named import catalan as catalan
from .named import eulerian_row as eulerian_row
from .named import free_sum_row as free_sum_row
from .named import labelled_sum_row as labelled_sum_row
from .named import narayana_row as narayana_row
from .named import row_sum as row_sum
from .named import type_b_narayana_row as type_b_narayana_row
from .polynomial import BetaPolynomial as BetaPolynomial
from .roots import gamma_vector as gamma_vector
from .roots import interlaces as interlaces
from .roots import is_real_rooted as is_real_rooted
from .roots import strictly_separates as strictly_separates
from .routes.cut_recursion import cut_recursion as cut_recursion
from .routes.face_numbers import face_numbers as face_numbers
from .routes.gamma import gamma_calculus as gamma_calculus
from .routes.lattice_sum import lattice_sum as lattice_sum
from .single import beta_polynomial as beta_polynomial
from .table import BetaTable as BetaTable
from .table import beta_table as beta_table

__all__ = [
    "IDENTITIES",
    "TRIANGLES",
    "BetaPolynomial",
    "BetaTable",
    "Identification",
    "Identity",
    "Triangle",
    "Verification",
    "beta_polynomial",
    "beta_table",
    "by_elimination_words",
    "catalan",
    "cut_recursion",
    "eulerian_row",
    "face_numbers",
    "free_sum_row",
    "gamma_calculus",
    "gamma_vector",
    "graph_polynomial",
    "identify",
    "interlaces",
    "is_interlacing_chain",
    "is_real_rooted",
    "labelled_sum_row",
    "lattice_sum",
    "narayana_row",
    "normal_form",
    "row_sum",
    "strictly_separates",
    "type_b_narayana_row",
    "verify",
]
