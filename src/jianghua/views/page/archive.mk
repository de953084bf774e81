# make figures: tables and figures again, in results/again; make replay: compare; make trials: slow
PYTHON ?= python3
READY := .venv/.ready
J ?= .venv/bin/jianghua
NAME := @NAME@

.PHONY: figures trials replay

replay: figures
	$(J) replay results/figures results/again --digits @DIGITS@

figures: $(if $(filter .venv/bin/jianghua,$(J)),$(READY))
	@mkdir -p data/build/$(NAME) results/again
	@if [ -f results/trials.csv ] && [ ! -f data/build/$(NAME)/trials.csv ]; \
	then cp results/trials.csv data/build/$(NAME)/trials.csv; fi
@FITS@
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
