from .census import take_census as take_census
from .census import take_shards as take_shards
from .certificate import Certificate as Certificate
from .certificate import load_certificate as load_certificate
from .normal_forms import equal_normal_forms as equal_normal_forms
from .shards import digest_of as digest_of

__all__ = [
    "Certificate",
    "digest_of",
    "equal_normal_forms",
    "load_certificate",
    "take_census",
    "take_shards",
]
