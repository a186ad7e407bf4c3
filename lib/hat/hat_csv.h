/* hat_csv.h - HAT's latency data sets: a header line, the predictor's 10
 * features (features.h) and mean and standard deviation of the latency of
 * encoder and decoder in ms. As HAT, spreadsheets and pandas write them: cells
 * may be quoted, columns in any order and among others, separated by commas,
 * or by semicolons or tabs, and then commas may be decimal. */
#ifndef HAT_CSV_H
#define HAT_CSV_H

#include "arch/features.h"
#include "base/die.h"
#include "base/mem.h"

enum { HAT_COLUMNS = FEATURES_HAT + 4 };

struct hat_csv {
	int columns;            /* of the file */
	char separator;
	int at[HAT_COLUMNS];    /* where ours stand */
};

struct hat_csv_row {
	double features[FEATURES_HAT];
	double encoder, decoder, std_encoder, std_decoder;   /* ms */
};

int hat_csv_is_header(const char *line);
/* Find the columns by their names; others may stand between. 0, or -1 with a
 * reason. line is changed. */
int hat_csv_header(struct hat_csv *, char *line, struct why *);
int hat_csv_row(const struct hat_csv *, char *line, struct hat_csv_row *,
	struct why *);
/* "features":[..],"latency_ms":{..},"latency_std_ms":{..}, each number as the
 * shortest text that reads back the same. */
void hat_csv_print(struct buf *, const struct hat_csv_row *);

#endif
