"""How far coders agree, from the spans they coded.

    coefficients  labels in, a coefficient out: kappas, alpha, AC1, ...; why one is not defined
    statistics    the names, what each needs, who made it
    intervals     codings -> the pieces of text, or the units, on which coders agree or differ
    compare       all coefficients of a material, per code and over all codes
    sets          one passage may carry several codes: Jaccard, MASI
    ratings       units that got a value: nominal, ordinal, interval, ratio
    unitizing     units with boundaries: u-alpha and its kin
    bootstrap     intervals by resampling documents
    planning      how many documents an interval needs
    drawing       which documents several coders code, and who
    words         what textbooks call a coefficient of this size
    explain       where coders differ, on boundaries or on meaning, and what it costs
    telling       the same in words, and the paragraph for the paper
    settling      differences to be decided, and what a decision leaves coded

Never here: which documents count. Whoever calls says who has finished which document, because a
coder who coded nothing and one who was never asked look the same in codings.

``intervals`` and what stands on it load numpy; this module, ``coefficients``, ``statistics`` and
``words`` do not, so that the command line can name them quickly.
"""

from tcncode.agreement.coefficients import REASONS, Counts, Ratings, Value
from tcncode.agreement.statistics import ALL_CODES, KEYS, STATISTICS, UNITS, of_ratings

__all__ = [
    "ALL_CODES", "KEYS", "REASONS", "STATISTICS", "UNITS", "Counts", "Ratings", "Value",
    "of_ratings",
]  # fmt: skip
