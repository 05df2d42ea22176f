#include "match/match_levels.h"

static const struct match_level given[MATCH_NAME__COUNT] = {
    [MATCH_NAME_MISSING] = {STR_INIT("not known"),                       0,    0,     0,      0  },
    [MATCH_NAME_SAME] = {STR_INIT("the same"),                        0.80, 0.02,  0.005,  1  },
    [MATCH_NAME_FORM] = {STR_INIT("forms of one name"),               0.02, 0.01,  0.003,  0.5},
    [MATCH_NAME_CLOSE] = {STR_INIT("one slip apart"),                  0.07, 0.01,  0.003,  0.5},
    [MATCH_NAME_SOUND] = {STR_INIT("sounds the same"),                 0.02, 0.01,  0.003,  0.5},
    [MATCH_NAME_LIKE] = {STR_INIT("much alike"),                      0.02, 0.02,  0.01,   0.5},
    [MATCH_NAME_INITIAL] = {STR_INIT("one is the initial of the other"), 0.01, 0.03,  0.01,   0  },
    [MATCH_NAME_PART] = {STR_INIT("one of the names is the same"),    0.01, 0.02,  0.005,  1  },
    [MATCH_NAME_OTHER] = {STR_INIT("another name of the person"),      0.01, 0.02,  0.005,  1  },
    [MATCH_NAME_TURNED] = {STR_INIT("exchanged with the family name"),  0.02, 0.002, 0.0005, 1  },
    [MATCH_NAME_APART] = {STR_INIT("different"),                       0.02, 0.858, 0.9555, 0  },
};
static const struct match_level family[MATCH_NAME__COUNT] = {
    [MATCH_NAME_MISSING] = {STR_INIT("not known"),                       0,     0,     0,      0  },
    [MATCH_NAME_SAME] = {STR_INIT("the same"),                        0.82,  0.85,  0.002,  1  },
    [MATCH_NAME_FORM] = {STR_INIT("forms of one name"),               0.003, 0.003, 0.0005, 0.5},
    [MATCH_NAME_CLOSE] = {STR_INIT("one slip apart"),                  0.07,  0.02,  0.002,  0.5},
    [MATCH_NAME_SOUND] = {STR_INIT("sounds the same"),                 0.02,  0.005, 0.002,  0.5},
    [MATCH_NAME_LIKE] = {STR_INIT("much alike"),                      0.02,  0.01,  0.005,  0.5},
    [MATCH_NAME_INITIAL] = {STR_INIT("one is the initial of the other"), 0.005, 0.001, 0.001,  0  },
    [MATCH_NAME_PART] = {STR_INIT("one of the names is the same"),    0.02,  0.03,  0.002,  1  },
    [MATCH_NAME_OTHER] = {STR_INIT("another name of the person"),      0.01,  0.01,  0.002,  1  },
    [MATCH_NAME_TURNED] = {STR_INIT("exchanged with the given name"),   0.02,  0.001, 0.0005, 1  },
    [MATCH_NAME_APART] = {STR_INIT("different"),                       0.012, 0.07,  0.983,  0  },
};
static const struct match_level birth[MATCH_BIRTH__COUNT] = {
    [MATCH_BIRTH_MISSING] = {STR_INIT("not known"),                               0,    0,     0,       0},
    [MATCH_BIRTH_SAME] = {STR_INIT("the same"),                                0.85, 0.03,  0.00005, 1},
    [MATCH_BIRTH_TURNED] = {STR_INIT("day and month exchanged"),                 0.01, 0.001, 0.00003, 0},
    [MATCH_BIRTH_DIGIT] = {STR_INIT("one digit off"),                           0.06, 0.01,  0.001,   0},
    [MATCH_BIRTH_PARTS] = {STR_INIT("two of year, month and day are the same"), 0.03, 0.01,  0.001,
                             0                                                                           },
    [MATCH_BIRTH_YEAR] = {STR_INIT("the same year, no more is known"),         0.01, 0.02,  0.001,   0},
    [MATCH_BIRTH_NEAR] = {STR_INIT("not far apart"),                           0.01, 0.01,  0.005,   0},
    [MATCH_BIRTH_APART] = {STR_INIT("different"),                               0.03, 0.919, 0.992,   0},
};
static const struct match_level category[MATCH_VALUE__COUNT] = {
    [MATCH_VALUE_MISSING] = {STR_INIT("not known"),        0,    0,    0,    0  },
    [MATCH_VALUE_SAME] = {STR_INIT("the same"),         0.85, 0.55, 0.3,  1  },
    [MATCH_VALUE_CLOSE] = {STR_INIT("one slip apart"),   0.03, 0.02, 0.02, 0.5},
    [MATCH_VALUE_PART] = {STR_INIT("alike"),            0.02, 0.02, 0.02, 0  },
    [MATCH_VALUE_TURNED] = {STR_INIT("in another field"), 0.01, 0.01, 0.01, 0  },
    [MATCH_VALUE_APART] = {STR_INIT("different"),        0.09, 0.4,  0.65, 0  },
};
static const struct match_level text[MATCH_VALUE__COUNT] = {
    [MATCH_VALUE_MISSING] = {STR_INIT("not known"),                      0,    0,    0,     0  },
    [MATCH_VALUE_SAME] = {STR_INIT("the same"),                       0.72, 0.8,  0.002, 1  },
    [MATCH_VALUE_CLOSE] = {STR_INIT("one slip apart"),                 0.1,  0.03, 0.002, 0.5},
    [MATCH_VALUE_PART] = {STR_INIT("half of the words are the same"), 0.05, 0.04, 0.03,  0  },
    [MATCH_VALUE_TURNED] = {STR_INIT("in another field"),               0.03, 0.02, 0.001, 0  },
    [MATCH_VALUE_APART] = {STR_INIT("different"),                      0.1,  0.11, 0.965, 0  },
};
static const struct match_level number[MATCH_VALUE__COUNT] = {
    [MATCH_VALUE_MISSING] = {STR_INIT("not known"),        0,    0,    0,    0},
    [MATCH_VALUE_SAME] = {STR_INIT("the same"),         0.78, 0.82, 0.01, 1},
    [MATCH_VALUE_CLOSE] = {STR_INIT("one digit off"),    0.1,  0.05, 0.1,  0},
    [MATCH_VALUE_PART] = {STR_INIT("begins the same"),  0.01, 0.01, 0.01, 0},
    [MATCH_VALUE_TURNED] = {STR_INIT("in another field"), 0.01, 0.01, 0.01, 0},
    [MATCH_VALUE_APART] = {STR_INIT("different"),        0.1,  0.11, 0.87, 0},
};
static const struct match_level code[MATCH_VALUE__COUNT] = {
    [MATCH_VALUE_MISSING] = {STR_INIT("not known"),        0,     0,     0,     0},
    [MATCH_VALUE_SAME] = {STR_INIT("the same"),         0.78,  0.82,  0.002, 1},
    [MATCH_VALUE_CLOSE] = {STR_INIT("one sign off"),     0.09,  0.02,  0.005, 0},
    [MATCH_VALUE_PART] = {STR_INIT("begins the same"),  0.04,  0.06,  0.02,  0},
    [MATCH_VALUE_TURNED] = {STR_INIT("in another field"), 0.005, 0.005, 0.001, 0},
    [MATCH_VALUE_APART] = {STR_INIT("different"),        0.085, 0.095, 0.972, 0},
};
static const struct match_level email[MATCH_VALUE__COUNT] = {
    [MATCH_VALUE_MISSING] = {STR_INIT("not known"),               0,     0,     0,      0},
    [MATCH_VALUE_SAME] = {STR_INIT("the same"),                0.75,  0.1,   0.0001, 1},
    [MATCH_VALUE_CLOSE] = {STR_INIT("at most two slips apart"), 0.12,  0.02,  0.0001, 0},
    [MATCH_VALUE_PART] = {STR_INIT("alike"),                   0.05,  0.05,  0.001,  0},
    [MATCH_VALUE_TURNED] = {STR_INIT("in another field"),        0.001, 0.001, 0.0001, 0},
    [MATCH_VALUE_APART] = {STR_INIT("different"),               0.08,  0.829, 0.9987, 0},
};
static const struct match_level phone[MATCH_VALUE__COUNT] = {
    [MATCH_VALUE_MISSING] = {STR_INIT("not known"),        0,     0,     0,      0},
    [MATCH_VALUE_SAME] = {STR_INIT("the same"),         0.7,   0.6,   0.0001, 1},
    [MATCH_VALUE_CLOSE] = {STR_INIT("one digit off"),    0.05,  0.02,  0.0002, 0},
    [MATCH_VALUE_PART] = {STR_INIT("alike"),            0.001, 0.001, 0.001,  0},
    [MATCH_VALUE_TURNED] = {STR_INIT("in another field"), 0.001, 0.001, 0.0001, 0},
    [MATCH_VALUE_APART] = {STR_INIT("different"),        0.248, 0.378, 0.9986, 0},
};
static const struct match_level identifier[MATCH_VALUE__COUNT] = {
    [MATCH_VALUE_MISSING] = {STR_INIT("not known"),        0,     0,      0,       0},
    [MATCH_VALUE_SAME] = {STR_INIT("the same"),         0.92,  0.0005, 0.00001, 1},
    [MATCH_VALUE_CLOSE] = {STR_INIT("one digit off"),    0.05,  0.02,   0.0001,  0},
    [MATCH_VALUE_PART] = {STR_INIT("alike"),            0.001, 0.001,  0.001,   0},
    [MATCH_VALUE_TURNED] = {STR_INIT("in another field"), 0.001, 0.001,  0.0001,  0},
    [MATCH_VALUE_APART] = {STR_INIT("different"),        0.03,  0.9775, 0.99879, 0},
};

struct match_levels match_levels_of(enum match_kind kind)
{
    switch (kind) {
    case MATCH_KIND_GIVEN:
        return (struct match_levels){given, ARRAY_LENGTH(given)};
    case MATCH_KIND_FAMILY:
        return (struct match_levels){family, ARRAY_LENGTH(family)};
    case MATCH_KIND_BIRTH:
        return (struct match_levels){birth, ARRAY_LENGTH(birth)};
    case MATCH_KIND_CATEGORY:
        return (struct match_levels){category, ARRAY_LENGTH(category)};
    case MATCH_KIND_NUMBER:
        return (struct match_levels){number, ARRAY_LENGTH(number)};
    case MATCH_KIND_CODE:
        return (struct match_levels){code, ARRAY_LENGTH(code)};
    case MATCH_KIND_EMAIL:
        return (struct match_levels){email, ARRAY_LENGTH(email)};
    case MATCH_KIND_PHONE:
        return (struct match_levels){phone, ARRAY_LENGTH(phone)};
    case MATCH_KIND_IDENTIFIER:
        return (struct match_levels){identifier, ARRAY_LENGTH(identifier)};
    case MATCH_KIND_TEXT:
    case MATCH_KIND__COUNT:
        break;
    }
    return (struct match_levels){text, ARRAY_LENGTH(text)};
}
