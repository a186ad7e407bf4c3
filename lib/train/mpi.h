/* mpi.h - the few functions of Open MPI that peers.c needs, loaded when a
 * program was started by mpirun. Built without its headers: handles are
 * pointers to objects of the library (Open MPI 4 and 5, libmpi.so.40). */
#ifndef MPI_H_OURS
#define MPI_H_OURS

#include "base/die.h"

typedef struct ompi_object *mpi_object;

struct mpi {
	mpi_object world, byte, single, pair;   /* 1, 4 and 2 bytes */
	int (*init)(int *, char ***, int, int *);
	int (*finalize)(void);
	int (*rank)(mpi_object, int *), (*size)(mpi_object, int *);
	int (*ibcast)(void *, int, mpi_object, int, mpi_object, mpi_object *);
	int (*iallgather)(const void *, int, mpi_object, void *, int,
		mpi_object, mpi_object, mpi_object *);
	int (*ialltoallv)(const void *, const int *, const int *, mpi_object,
		void *, const int *, const int *, mpi_object, mpi_object,
		mpi_object *);
	int (*iallgatherv)(const void *, int, mpi_object, void *, const int *,
		const int *, mpi_object, mpi_object, mpi_object *);
	int (*test)(mpi_object *, int *, void *);
};
#define MPI_IN_PLACE_OURS ((void *)1)

/* -1 with a reason. */
int mpi_load(struct mpi *, struct why *);

#endif
