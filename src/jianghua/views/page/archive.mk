# make replay: tables again, in results/again, and compared; make figures: and drawn; make trials: slow
PYTHON ?= python3
READY := .venv/.ready
J ?= .venv/bin/jianghua
NAME := @NAME@

.PHONY: replay tables figures trials

replay: tables
	$(J) replay results/figures results/again --digits @DIGITS@

tables: $(if $(filter .venv/bin/jianghua,$(J)),$(READY))
	@mkdir -p data/build/$(NAME) results/again
	@if [ -f results/trials.csv ] && [ ! -f data/build/$(NAME)/trials.csv ]; \
	then cp results/trials.csv data/build/$(NAME)/trials.csv; fi
@FITS@

figures: tables
	$(J) draw --figures results/again

trials: $(if $(filter .venv/bin/jianghua,$(J)),$(READY))
@TRIES@

$(READY):
	$(PYTHON) -m venv .venv
	@if [ -f code/requirements.lock ]; \
	then .venv/bin/python -m pip install --quiet --require-hashes -r code/requirements.lock; \
	else .venv/bin/python -m pip install --quiet -r code/installed.txt; fi
	.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation ./code
	@touch $@
