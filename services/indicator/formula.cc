#include "services/indicator/formula.h"
