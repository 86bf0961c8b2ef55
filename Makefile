# All a newcomer needs: `make run` and `make test`. Python 3.11+ with venv, make and git must be there; everything else is fetched.
PYTHON ?= python3
PIP = .venv/bin/python -m pip --disable-pip-version-check install -q -c constraints.txt
SHELL = /bin/bash

.PHONY: run demo trial cluster check test test-operaton coverage bench render clean

run: .venv/.run        ## start engine and workers, play one child's case, stay up until Ctrl-C
	@.venv/bin/homeward run

demo: .venv/.run       ## the same, and end
	@.venv/bin/homeward run --no-stay

cluster: .venv/.cluster ## two engine nodes and two workers on a PostgreSQL of their own, until Ctrl-C; CLUSTER=--no-stay: play one case, and end
	@.venv/bin/homeward cluster $(CLUSTER)

trial: .venv/.trial    ## the same as run, with a clock that `homeward clock +30d` moves, in var/trial
	@HOMEWARD_VAR=var/trial .venv/bin/homeward run --clock

check: .venv/.check    ## format, lint and types, in seconds
	@.venv/bin/ruff format --check
	@.venv/bin/ruff check
	@.venv/bin/mypy

test: .venv/.test      ## the whole suite, on a real engine, with a real browser where there is one
	@tools/packages.sh
	@.venv/bin/python -m pytest -n 3 $(PYTEST)

test-operaton:         ## the same suite on Operaton
	@ENGINE=operaton $(MAKE) --no-print-directory test

coverage:              ## draw what the last `make test` took of each diagram, into var/coverage
	@.venv/bin/node tools/render.mjs var/coverage bpmn/*/*.bpmn --coverage var/coverage/coverage.json && echo "drawn in var/coverage"

bench: .venv/.test     ## the workers beside their peers, and the record as it grows, on a machine that does nothing else; results into var/
	@.venv/bin/python -m bench.workers --markdown var/workers.md
	@.venv/bin/python -m bench.workers.load --markdown var/load.md
	@.venv/bin/python -m bench.record --markdown var/record.md

render: .venv/.test    ## draw the diagrams, tables and forms, into var/pictures
	@.venv/bin/node tools/render.mjs var/pictures bpmn/*/*.bpmn dmn/*/*.dmn forms/*/*.form && echo "drawn in var/pictures"

clean:                 ## forget cases, record, mail and pictures; the engine's artifacts stay in the cache
	rm -rf var

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: $$($(PYTHON) --version) is here. Set PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is needed: on Debian, apt-get install python3-venv" >&2; exit 1; }

.venv/.run: .venv/bin/python pyproject.toml constraints.txt
	@echo "Installing Homeward into .venv …"
	@$(PIP) -e .
	@touch $@

.venv/.cluster: .venv/.run
	@echo "Installing PostgreSQL into .venv …"
	@$(PIP) -e .[cluster]
	@touch $@

.venv/.trial: .venv/.run
	@echo "Installing the clock that can be moved into .venv …"
	@$(PIP) -e .[clock]
	@touch $@

.venv/.check: .venv/.run
	@echo "Installing what checks the code …"
	@$(PIP) -e .[check]
	@touch $@

.venv/.test: .venv/.run tools/package-lock.json
	@echo "Installing what the tests need, and what checks the code …"
	@$(PIP) -e .[test]
	@tools/install.sh
	@touch .venv/.check $@
