# SegStudio: `make run` and `make test` do everything on a bare machine; `make help` lists the rest.

.DEFAULT_GOAL := help
.PHONY: help run install test lint format package smoke sample keys screenshots clean \
	benchmark-startup benchmark-scenes

machine := sh packaging/machine
bin := .venv/bin

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-20s %s\n", $$1, $$2}' Makefile

run: ## Install what is missing, then open the window on the sample project
	@$(machine)/run.sh

install: ## Make .venv and install the program into it
	@$(machine)/environment.sh run

test: ## Install what is missing, then run every lane of checks and tests
	@$(machine)/test.sh

lint: ## Ruff, mypy and the floors
	@$(machine)/environment.sh test
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/lint-imports

format: ## Let ruff put the code in order
	@$(machine)/environment.sh test
	$(bin)/ruff check --fix .
	$(bin)/ruff format .

package: ## Build the program as a folder that needs no Python: dist/SegStudio
	@$(machine)/environment.sh package
	@$(machine)/window_libraries.sh
	$(bin)/python packaging/build.py

smoke: ## Try the built program: segment a picture, open and close the window
	$(bin)/python packaging/smoke.py dist/SegStudio

sample: ## Draw the sample project's pictures anew
	@$(machine)/environment.sh run
	$(bin)/python -m segstudio.scenes.sample resources/sample

keys: ## Write docs/keys.md from the window's actions
	@$(machine)/environment.sh run
	$(bin)/python docs/keys.py docs/keys.md

screenshots: ## Drive the window under Xvfb and keep what it shows in docs/images
	@$(machine)/environment.sh test
	@$(machine)/window_libraries.sh xvfb
	xvfb-run -a -s '-screen 0 1600x1000x24' $(bin)/python docs/screenshots.py docs/images

benchmark-scenes: ## How long a rendered scene takes
	@$(machine)/environment.sh run
	$(bin)/python benchmarks/scenes/rendering.py

clean: ## Remove what was built; keep .venv
	rm -rf build dist out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
