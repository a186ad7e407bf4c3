# WMT'19 English-German, HAT's space and settings.
# The text comes from pipelines/corpora.md: CORPUS=FOLDER for another place.
RUN := runs/wmt19ende
CORPUS := corpora/wmt19ende
SRC := en
TGT := de
make-dict.args := --padding-factor 8
SPACE := data/spaces/wmt19ende-space0.json

include pipelines/wmt.mk
