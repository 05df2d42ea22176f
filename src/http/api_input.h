/* A JSON object of the API as declared input (rule/input.h): the same pairs a form gives. */
#ifndef HEARTH_HTTP_API_INPUT_H
#define HEARTH_HTTP_API_INPUT_H

#include "rule/input.h"

/* {"narrative": "...", "sex": null, "race": ["A","B"], "participants": [{"id": "018f...", "role":
 * "CHILD"}, {"given_name": "Owen"}, {"id": "018f...", "_delete": true}]}. Numbers are whole;
 * decimals are sent as text. Duplicate keys, other nesting and an oversized body are refused. */
NODISCARD enum status api_input(struct arena *arena, struct str body, struct input *ret_input,
                                struct outcome *outcome);

#endif
