/* How far two texts are from each other, by the published definitions; they count characters, not
 * bytes, and look at the first 32 of each. Fixed memory. Pure. */
#ifndef HEARTH_MATCH_DISTANCE_H
#define HEARTH_MATCH_DISTANCE_H

#include "base/str.h"

#define MATCH_COMPARED_MOST 32 /* characters */

/* Jaro's similarity, 0 to 1; 1 for two equal texts, 0 when one is empty.
 * M. A. Jaro, "Advances in record-linkage methodology as applied to matching the 1985 census of
 * Tampa, Florida", JASA 84 (1989) 414-420. */
double match_jaro(struct str a, struct str b);
/* Jaro's with Winkler's 0.1 for each of the first four characters in common, given where Jaro's is
 * over 0.7 (as in the Census Bureau's strcmp95.c).
 * W. E. Winkler, "String comparator metrics and enhanced decision rules in the Fellegi-Sunter model
 * of record linkage", Proc. Survey Research Methods, ASA (1990) 354-359. */
double match_jaro_winkler(struct str a, struct str b);
/* The least number of characters put in, left out, changed, or changed with their neighbour, where
 * what was exchanged may be edited further.
 * R. Lowrance, R. A. Wagner, "An extension of the string-to-string correction problem", J. ACM 22
 * (1975) 177-183; the edits are those of F. J. Damerau, CACM 7 (1964) 171-176. */
unsigned match_damerau(struct str a, struct str b);

#endif
