#include "time/civil.h"
