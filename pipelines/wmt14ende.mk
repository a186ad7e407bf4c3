# WMT'14 English-German, HAT's space and settings.
# The text comes from pipelines/corpora.md: CORPUS=FOLDER for another place.
RUN := runs/wmt14ende
CORPUS := corpora/wmt14ende
SRC := en
TGT := de
# 32,768 words with the 4 that every dictionary begins with, as in HAT, whose
# --nwordssrc counts them.
make-dict.args := --nwords 32764 --padding-factor 8
SPACE := data/spaces/wmt14ende-space0.json

include pipelines/wmt.mk
