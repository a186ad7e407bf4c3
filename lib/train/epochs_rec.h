/* epochs_rec.h - the weights of the last epochs, beside the output: for
 * M.safetensors, M.epoch1.safetensors and so on. They die with a reason. */
#ifndef EPOCHS_REC_H
#define EPOCHS_REC_H

/* The file of an epoch; caller frees. */
char *epoch_name(const char *output, long epoch);
/* Remove the files of all epochs but from .. to. */
void epochs_prune(const char *output, long from, long to);

#endif
