# make figures   draw every figure from the shipped counts (sets everything up the first time)
# make test      lint, types, floors and tests
# make torture   break every step of every verb, kill runs at random, every property a thousand times (hours);
#                make audit: advisories
# make fuzz      damage documents of every format at random and read them:  make fuzz EACH=1000 SEED=1
# make lab       open JupyterLab on the notebooks
# make notebooks run the notebooks and keep their output
# make corpora   make the shipped collections again from texts:  make corpora SHARED=../shared
# make replay    pack the study, make its tables again from the archive, compare them
# make bench     measure; make check: lint, types, floors only; make clean: remove what was built

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
J := $(BIN)/jianghua
SHARED ?= ../shared

N := corpus/national
L := corpus/speeches
P := corpus/provinces
STAMPS := build/stamps
SPANS := 1978-1992 2012-2026
THEMES := 创新 解放思想 干部精气神
PLACED := $(THEMES) 生态环境 农业农村 开放
PAIR := 82ed5207d6 43962ad435
TERMS := 人民公社 四个现代化 解放思想 实事求是 改革开放 精神文明 社会主义市场经济 科教兴国 \
  可持续发展 三个代表 科学发展观 和谐社会 创新 供给侧结构性改革 脱贫攻坚 生态文明 一带一路 \
  高质量发展 乡村振兴 新质生产力

export PYTHONHASHSEED := 0

.PHONY: figures all-figures test fuzz torture audit check lab notebooks corpora bench clean replay
.DELETE_ON_ERROR:

figures: $(READY)
	@set -o pipefail; $(MAKE) --no-print-directory all-figures \
	  | { grep --line-buffered -v "Nothing to be done" || echo "Figures are up to date: nothing to do."; }

test: check
	$(BIN)/pytest -n 2

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

EACH ?= 1000
SEED ?= 1
torture: $(READY)
	$(BIN)/python -m tests.torture.breaking
	$(BIN)/python -m tests.torture.chances
	JIANGHUA_EXAMPLES=$(EACH) $(BIN)/pytest -m hypothesis

# Needs the network, which nothing else here does; the floors below which a library is known to be
# unsafe are checked by the tests (tests/test_floors.py).
audit: $(READY)
	$(BIN)/python -m pip install --quiet pip-audit
	$(BIN)/pip-audit --disable-pip --requirement requirements.lock

fuzz: $(READY)
	JIANGHUA_SLOW=1 $(BIN)/pytest tests/fuzz/test_hostile.py
	$(BIN)/python -m tests.fuzz.mutations --each $(EACH) --seed $(SEED)

lab: $(READY)
	$(BIN)/jupyter lab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/00-start.ipynb

notebooks: $(READY) all-figures
	$(BIN)/python -m tests.run_notebooks --write

bench: $(READY)
	@for script in $(filter-out benchmarks/topics.py,$(wildcard benchmarks/*.py)); \
	do echo "== $$script"; $(BIN)/python $$script; done
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-bench.lock
	$(BIN)/python benchmarks/topics.py --quick

# What coders answered cannot be made again: their sheets, answers and key stay.
clean:
	@[ ! -d build ] || find build -mindepth 1 -depth ! -path 'build/*/validation' ! -path 'build/*/validation/*' \
	  ! -type d -delete
	@[ ! -d build ] || find build -mindepth 1 -depth -type d -empty -delete

# Pack the study, unpack it in an empty folder, make its tables again there and compare them.
replay: $(READY) all-figures
	rm -rf build/replay
	$(J) pack $(N) --to build/national.zip
	$(J) unpack build/national.zip --to build/replay
	$(MAKE) --no-print-directory -C build/replay replay J=$(CURDIR)/$(J)

# --- the environment: nothing but Python, pip and make; uv is used where it is ----------------------

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "jianghua needs Python 3.11 or newer; this is $$($(PYTHON) -V). Try: make figures PYTHON=python3.12"; exit 1; }
	@echo "Setting up $(VENV) (once; some minutes with pip)."
	$(PYTHON) -m venv $(VENV)
	@if command -v uv >/dev/null; \
	then uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; fi
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# --- the figures: each stage is redone when what it reads has changed ------------------------------

ROOM = $(wildcard src/jianghua/$(1)/*.py)
LISTS := $(wildcard src/jianghua/words/data/*.csv corpus/lexicon/*.csv)
COUNTS := $(N)/counts.csv.gz $(N)/catalog.csv
MODEL := build/national/model/settings.json
TRIALS := build/national/trials.csv
NATIONAL := theme_shares topic_years topic_map trend change_points span_differences \
  share_sensitivity keyness theme_keyness formulation_timelines risers_and_fallers heat topic_choice \
  topic_stability
LOCAL := speech_themes nearest_year side_by_side
PANEL := place_years distance_to_national lead_lag
FIGURES := $(NATIONAL) $(LOCAL) $(PANEL)

all-figures: $(FIGURES:%=$(STAMPS)/%) $(STAMPS)/explorer

$(MODEL): $(COUNTS) $(LISTS) corpus/guides.toml $(call ROOM,words) $(call ROOM,topics) $(call ROOM,store)
	@mkdir -p $(STAMPS)
	$(J) fit $(N) --topics 30 --seeds 8 --guides corpus/guides.toml > build/fit.txt
	@head -n -30 build/fit.txt
	@touch $@

$(TRIALS): $(COUNTS) $(LISTS) $(call ROOM,words) $(call ROOM,topics)
	$(J) try $(N) --topics 10 20 30 40 60 --seeds 5 --counts-only
	@touch $@

$(STAMPS)/compare: $(MODEL) $(TRIALS) $(N)/themes.toml $(call ROOM,years)
	@mkdir -p $(STAMPS)
	$(J) compare $(N) --years $(SPANS) --themes $(THEMES) --terms $(TERMS)
	@touch $@

$(STAMPS)/place: $(MODEL) $(N)/themes.toml $(L)/counts.csv.gz $(L)/catalog.csv $(call ROOM,years)
	@mkdir -p $(STAMPS)
	$(J) compare $(L) --model $(N) --themes $(THEMES)
	$(J) compare $(L) --model $(N) --speeches $(PAIR)
	@touch $@

$(STAMPS)/panel: $(MODEL) $(N)/themes.toml $(P)/counts.csv.gz $(P)/catalog.csv $(call ROOM,years)
	@mkdir -p $(STAMPS)
	$(J) compare $(P) --model $(N) --themes $(PLACED)
	@touch $@

# A table whose content did not change keeps its time, and its figure is not drawn again.
$(NATIONAL:%=figures/%.csv): $(STAMPS)/compare ;
$(LOCAL:%=figures/%.csv): $(STAMPS)/place ;
$(PANEL:%=figures/%.csv): $(STAMPS)/panel ;

$(STAMPS)/%: figures/%.csv $(call ROOM,views/figures)
	$(J) draw $* --figures figures
	@touch $@

$(STAMPS)/explorer: $(MODEL) $(N)/themes.toml $(call ROOM,views) $(wildcard src/jianghua/views/page/*)
	$(J) explore $(N) --years $(SPANS)
	@touch $@

# --- the shipped collections: catalogue and counts are committed, texts are not -----------------

# The years that all four provinces have.
PANEL_YEARS := $(wildcard $(foreach y,200[3-9] 201? 202?,$(SHARED)/corpora/gwr-provincial/*-$(y).txt))

corpora: $(READY)
	rm -rf $(N)/catalog.csv $(N)/texts $(N)/removed $(L)/catalog.csv $(L)/texts $(L)/removed
	rm -rf $(P)/catalog.csv $(P)/texts $(P)/removed
	$(J) add $(SHARED)/corpora/gwr-national --to $(N) \
	  --rights "public document of the state; licence of the copy unclear, text not shipped" | tail -n 1
	$(J) add $(SHARED)/seeds --to $(L) --rights "unknown, text not shipped" | tail -n 1
	$(J) add $(PANEL_YEARS) --to $(P) \
	  --rights "public document of the state; licence of the copy unclear, text not shipped" | tail -n 1
	$(J) count $(N)
	$(J) count $(L)
	$(J) count $(P)
