from .bijections import dyck_word_of_path_word as dyck_word_of_path_word
from .bijections import nested_set_of_word as nested_set_of_word
from .bijections import path_word_of_dyck_word as path_word_of_dyck_word
from .bijections import plant as plant
from .bijections import plant_word as plant_word
from .bijections import unplant_word as unplant_word
from .bijections import word_of_nested_set as word_of_nested_set
from .dyck import check_dyck_word as check_dyck_word
from .dyck import count_peaks as count_peaks
from .dyck import dyck_word_of_levels as dyck_word_of_levels
from .dyck import dyck_words as dyck_words
from .dyck import levels_of_dyck_word as levels_of_dyck_word
from .listing import count_descents as count_descents
from .listing import descent_distribution as descent_distribution
from .listing import edge_words as edge_words
from .listing import gamma_words as gamma_words
from .listing import is_gamma_word as is_gamma_word
from .nested_sets import count_by_descents as count_by_descents
from .nested_sets import maximal_nested_sets as maximal_nested_sets
from .permutations import check_permutation as check_permutation
from .permutations import count_excedances as count_excedances
from .permutations import count_permutation_peaks as count_permutation_peaks
from .permutations import foata as foata
from .permutations import foata_inverse as foata_inverse
from .pieces import numbered_edges as numbered_edges
from .ranking import count_edge_words as count_edge_words
from .ranking import random_edge_word as random_edge_word
from .ranking import rank_edge_word as rank_edge_word
from .ranking import unrank_edge_word as unrank_edge_word

__all__ = [
    "check_dyck_word",
    "check_permutation",
    "count_by_descents",
    "count_descents",
    "count_edge_words",
    "count_excedances",
    "count_peaks",
    "count_permutation_peaks",
    "descent_distribution",
    "dyck_word_of_levels",
    "dyck_word_of_path_word",
    "dyck_words",
    "edge_words",
    "foata",
    "foata_inverse",
    "gamma_words",
    "is_gamma_word",
    "levels_of_dyck_word",
    "maximal_nested_sets",
    "nested_set_of_word",
    "numbered_edges",
    "path_word_of_dyck_word",
    "plant",
    "plant_word",
    "random_edge_word",
    "rank_edge_word",
    "unplant_word",
    "unrank_edge_word",
    "word_of_nested_set",
]
