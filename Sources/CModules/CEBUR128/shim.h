#pragma once
/* Loudness by EBU R 128. */
#include <ebur128.h>
