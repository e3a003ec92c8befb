#include "services/indicator/trajectory.h"
