# What people type.  Each target says what it does in `make help`.
.DEFAULT_GOAL := help
.PHONY: help demo test faults lint fix bench bench-setup lock clean

DIGITIZER := .venv/bin/digitizer

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo:  ## install what is missing, digitize samples/, say how to search
	@scripts/setup
	@$(DIGITIZER) check
	$(DIGITIZER) run samples
	@printf '\nTìm kiếm / search:\n'
	@printf '  $(DIGITIZER) search "quyet dinh cap phep"\n'
	@printf '  $(DIGITIZER) search --help\n'
	@printf 'Số hóa thư mục của bạn / digitize a folder of yours:\n'
	@printf '  $(DIGITIZER) run THƯ_MỤC\n'

test: lint  ## install what the tests need, then lint and pass every test
	@scripts/get-minio > /dev/null
	@scripts/get-versitygw > /dev/null
	@scripts/get-verapdf > /dev/null
	@OMP_THREAD_LIMIT=1 .venv/bin/pytest

lint:  ## ruff and mypy
	@scripts/setup dev
	@.venv/bin/ruff check
	@.venv/bin/mypy

faults: lint  ## prove that nothing is lost: FAULTS="--scans 2000 --faults 1000 --seed 7" (see --help)
	@scripts/get-minio > /dev/null
	@scripts/get-versitygw > /dev/null
	@.venv/bin/python -m tests.faults $(FAULTS)

fix:  ## let ruff put right what it can
	@.venv/bin/ruff check --fix
	@.venv/bin/ruff format

bench-setup:  ## install the yardstick (OCRmyPDF) into .venv-bench
	@scripts/setup bench

bench: bench-setup  ## accuracy and speed beside OCRmyPDF and plain Tesseract
	@OMP_THREAD_LIMIT=1 .venv/bin/python -m bench

lock:  ## pin every dependency again
	@scripts/lock

clean:  ## remove environments and caches, never records (var/)
	rm -rf .venv .venv-bench .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
