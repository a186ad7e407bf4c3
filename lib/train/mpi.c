#include <dlfcn.h>
#include <stdlib.h>
#include "mpi.h"

enum { THREAD_SERIALIZED = 2 };

static int
find(void *lib, const char *name, void *to, struct why *why)
{
	*(void **)to = dlsym(lib, name);
	return *(void **)to ? 0 : why_set(why, "the MPI found is no Open MPI "
		"4 or 5: it has no %s", name);
}

/* Over TCP Open MPI writes a long message in one go; what it answers the other
 * side meanwhile, which waits to send as much, stands behind it in the same
 * stream, and the directions of a link take turns. In pieces of so many bytes
 * both flow at once. A value of the user's own stays. */
static void
set_pieces(void)
{
	setenv("OMPI_MCA_btl_tcp_rdma_pipeline_frag_size", "131072", 0);
}

int
mpi_load(struct mpi *m, struct why *why)
{
	set_pieces();
	/* its plugins look for its symbols among the program's */
	void *lib = dlopen("libmpi.so.40", RTLD_NOW | RTLD_GLOBAL);
	int provided;

	if (!lib)
		return why_set(why, "started by mpirun, but Open MPI cannot be "
			"loaded: %s (Debian: libopenmpi3)", dlerror());
	const struct {
		const char *name;
		void *to;
	} names[] = {
		{ "ompi_mpi_comm_world", &m->world },
		{ "ompi_mpi_byte", &m->byte }, { "ompi_mpi_float", &m->single },
		{ "ompi_mpi_short", &m->pair },
		{ "MPI_Init_thread", &m->init },
		{ "MPI_Finalize", &m->finalize },
		{ "MPI_Comm_rank", &m->rank }, { "MPI_Comm_size", &m->size },
		{ "MPI_Ibcast", &m->ibcast },
		{ "MPI_Iallgather", &m->iallgather },
		{ "MPI_Ialltoallv", &m->ialltoallv },
		{ "MPI_Iallgatherv", &m->iallgatherv },
		{ "MPI_Test", &m->test },
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (find(lib, names[i].name, names[i].to, why))
			return -1;
	if (m->init(NULL, NULL, THREAD_SERIALIZED, &provided) ||
	    provided < THREAD_SERIALIZED)
		return why_set(why, "this Open MPI does not let a thread that "
			"did not start it talk to the others");
	return 0;
}
