# Two commands do everything: `make run` and `make test`. The rest is for those who change the house.
PY = .venv/bin/python
FAST = tests/core tests/properties tests/architecture tests/test_access.py

.PHONY: run test check bench lock setup

run: ## set up, start, load the demo city, print addresses and people
	@sh deploy/packages.sh run
	@sh deploy/environment.sh
	@exec $(PY) deploy/run.py --die-with-parent

setup:
	@sh deploy/packages.sh run test
	@sh deploy/environment.sh

check: setup ## the fast part, under two minutes
	$(PY) -m ruff check src standins tests deploy bench
	$(PY) -m ruff format --check src standins tests deploy bench
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) -m pytest -q -n 2 src/onevisit/core $(FAST)

test: check ## everything: browser journeys (a process of their own: a browser keeps a loop running), faults, a smoke run of `make run`
	$(PY) -m pytest -q -n 2 --dist loadfile tests --ignore=tests/journeys $(FAST:%=--ignore=%)
	$(PY) -m pytest -q -n 2 --dist loadfile tests/journeys
	$(PY) -m pytest -q -m smoke tests/smoke

bench: setup ## speed as ratios against peers, in one run each; see bench/
	@sh deploy/packages.sh run test bench
	$(PY) bench/web.py
	$(PY) bench/api.py
	$(PY) bench/engine.py
	$(PY) bench/work.py
	$(PY) bench/lint.py
	$(PY) bench/search.py
	$(PY) bench/exchange.py

lock: ## renew requirements.lock from pyproject.toml
	$(PY) -m pip install --quiet uv
	.venv/bin/uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --all-extras pyproject.toml -o requirements.lock
