# Of the search's results that meet the limit, best first, the best: by its loss after
# some training, where they were trained.
sort_by(.final_loss // infinite)[0] // error("no result meets the limit") | {arch, task}
