#include "services/indicator/reason.h"
