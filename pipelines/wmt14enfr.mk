# WMT'14 English-French, HAT's space and settings.
# The text comes from pipelines/corpora.md: CORPUS=FOLDER for another place.
RUN := runs/wmt14enfr
CORPUS := corpora/wmt14enfr
SRC := en
TGT := fr
make-dict.args := --padding-factor 8
SPACE := data/spaces/wmt14enfr-space0.json

include pipelines/wmt.mk
