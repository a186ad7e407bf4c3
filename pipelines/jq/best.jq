# Of the search's results that meet the limit, the best: by its loss after some
# training, where they were trained.
include "latency";
sort_by(.final_loss // .valid_loss)[0] // error("no result meets the limit") |
{arch, task, chosen_ms: at($reference[0])}
