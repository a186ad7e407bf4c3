/* room.h - the buffers that a decoder works with. */
#ifndef OPENCL_ROOM_H
#define OPENCL_ROOM_H

#include "decoder.h"

void ocl_take_room(struct ocl *);

#endif
