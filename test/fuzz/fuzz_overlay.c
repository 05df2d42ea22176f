/* Any bytes as an agency's overlay on the small sound model of fuzz_yaml.c: it holds what that
 * says, and what is accepted opens with its view. */
#define FUZZ_PLACE "agency/north/overlay.yaml"
#include "fuzz_yaml.c" /* NOLINT: the same target, the input elsewhere */
