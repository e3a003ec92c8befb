#include "services/indicator/aggregation.h"
