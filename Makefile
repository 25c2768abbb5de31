# demo opens rolecall on a demo Identity Center; test runs the quick tests, test-all every test that
# this machine can run. All make .venv if there is none, and are quick if there is one.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python -m
# Without bytecode every run compiles the tests again, which takes longer than collecting them.
export PYTHONDONTWRITEBYTECODE :=
# The site stays with mkdocs 1, which its theme is made for.
export NO_MKDOCS_2_WARNING := 1
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard app/rolecall/presentation/locale/*/LC_MESSAGES/*.po))

.PHONY: demo test test-all test-lowest test-newest onefile release-check delays faults fuzz mutants check words snapshots screenshots keys pages docs texts bench bench-peers bench-compare storm clean

demo: $(VENV)/installed $(CATALOGUES)
	@$(VENV)/bin/rolecall --demo

test: $(VENV)/installed-dev $(CATALOGUES)
	$(RUN) pytest -n auto --dist worksteal -m "not thorough" $(ARGUMENTS)

test-all: $(VENV)/installed-dev $(CATALOGUES)
	$(RUN) pytest -n auto --dist worksteal $(ARGUMENTS)

test-lowest test-newest: $(CATALOGUES)
	$(PYTHON) tests/support/versions.py $(@:test-%=%) $(ARGUMENTS)

onefile: $(VENV)/installed-dev
	$(RUN) tests.support.onefile

release-check: $(VENV)/installed-dev $(CATALOGUES)
	$(RUN) tests.support.release

delays: $(CATALOGUES)
	$(PYTHON) -m tests.delays $(ARGUMENTS)

faults: $(VENV)/installed-dev
	ROLECALL_FAULTS=all $(RUN) pytest -n auto --dist worksteal tests/faults tests/end_to_end/start/test_unsupported_terminal.py $(ARGUMENTS)

fuzz: $(VENV)/installed-dev
	$(RUN) tests.fuzz $(ARGUMENTS)

mutants: $(VENV)/installed-dev
	nice $(RUN) tests.mutants $(ARGUMENTS)

check: $(VENV)/installed-dev
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/vulture
	$(RUN) tests.support.words
	$(VENV)/bin/mkdocs build --quiet
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml

snapshots: $(VENV)/installed-dev
	$(RUN) tests.support.screens.snapshots

screenshots: snapshots $(CATALOGUES)
	$(RUN) tests.support.screens.screenshots
	LC_ALL=ja_JP.UTF-8 $(RUN) tests.support.screens.screenshots ja

pages keys: $(VENV)/installed-dev
	$(RUN) tests.support.pages

docs: $(VENV)/installed-dev
	$(VENV)/bin/mkdocs build --quiet

words: $(VENV)/installed-dev
	$(RUN) tests.support.words

texts: $(VENV)/installed-dev
	$(RUN) tests.support.texts

bench: $(VENV)/installed-dev
	@$(RUN) tests.bench $(ARGUMENTS)

bench-peers: $(VENV)/installed-dev
	@$(RUN) tests.bench.peers

bench-compare: $(VENV)/installed-dev
	@$(RUN) tests.bench.compare $(REF)

storm: $(VENV)/installed-dev
	$(RUN) tests.support.screens.storm $(ARGUMENTS)

clean:
	rm -rf $(VENV) $(VENV)-lowest $(VENV)-newest $(VENV)-delays build dist

$(VENV)/installed: pyproject.toml
	@echo "Installing rolecall and what it needs into $(VENV); the first time that takes about a minute."
	@$(PYTHON) -m venv $(VENV)
	@$(RUN) pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# A change of a translation: an editable install compiles all of them.
%.mo: %.po | $(VENV)/installed
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps --editable .

# Dependency groups are read by pip 25.1 and later, which not every Python brings.
$(VENV)/installed-dev: $(VENV)/installed
	$(RUN) pip install --quiet --upgrade 'pip>=25.1'
	$(RUN) pip install --quiet --group dev
	@touch $@
