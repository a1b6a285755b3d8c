from .counting import count_free_trees as count_free_trees
from .counting import count_rooted_trees as count_rooted_trees
from .counting import rank as rank
from .counting import unrank_free_tree as unrank_free_tree
from .counting import unrank_rooted_tree as unrank_rooted_tree
from .generation import free_trees as free_trees
from .generation import rooted_trees as rooted_trees
from .notation import NOTATIONS as NOTATIONS
from .notation import Notation as Notation
from .notation import format_tree as format_tree
from .notation import from_networkx as from_networkx
from .notation import parse_tree as parse_tree
from .notation import read_trees as read_trees
from .notation import split_by_the_shell as split_by_the_shell
from .pictures import draw as draw
from .sampling import random_free_tree as random_free_tree
from .sampling import random_free_trees as random_free_trees
from .sampling import random_rooted_tree as random_rooted_tree
from .sampling import random_rooted_trees as random_rooted_trees
from .shapes import broom as broom
from .shapes import caterpillar as caterpillar
from .shapes import double_star as double_star
from .shapes import path as path
from .shapes import spider as spider
from .shapes import star as star
from .tree import FreeTree as FreeTree
from .tree import RootedTree as RootedTree

__all__ = [
    "NOTATIONS",
    "FreeTree",
    "Notation",
    "RootedTree",
    "broom",
    "caterpillar",
    "count_free_trees",
    "count_rooted_trees",
    "double_star",
    "draw",
    "format_tree",
    "free_trees",
    "from_networkx",
    "parse_tree",
    "path",
    "random_free_tree",
    "random_free_trees",
    "random_rooted_tree",
    "random_rooted_trees",
    "rank",
    "read_trees",
    "rooted_trees",
    "spider",
    "split_by_the_shell",
    "star",
    "unrank_free_tree",
    "unrank_rooted_tree",
]
