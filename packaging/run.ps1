# What `make run` does, for Windows: powershell -ExecutionPolicy Bypass -File packaging\run.ps1
# With -Test it runs the checks and tests instead.
param([switch]$Test)
$ErrorActionPreference = "Stop"
Set-Location (Split-Path $PSScriptRoot)

function Invoke-Checked {
    & $args[0] $args[1..($args.Length - 1)]
    if ($LASTEXITCODE -ne 0) { throw "'$args' ended with $LASTEXITCODE." }
}

$python = ".venv\Scripts\python.exe"
$kind = if ($Test) { "test" } else { "run" }
$state = (Get-FileHash pyproject.toml).Hash + " " + (Get-Location)
$stamp = ".venv\.installed-$kind"
if (-not (Test-Path $python)) { Invoke-Checked py -3 -m venv .venv }
if (-not (Test-Path $stamp) -or (Get-Content $stamp -Raw).Trim() -ne $state) {
    $what = if ($Test) { ".[test]" } else { "." }
    Write-Host "Installing SegStudio and what it needs (once; a few minutes)"
    Invoke-Checked $python -m pip install --disable-pip-version-check --quiet -e $what
    Set-Content $stamp $state
}
if (-not $Test) { Invoke-Checked $python -m segstudio gui --sample; exit }

Invoke-Checked $python -m ruff check .
Invoke-Checked $python -m ruff format --check .
Invoke-Checked $python -m mypy
Invoke-Checked ".venv\Scripts\lint-imports.exe"
$env:PYTHONPATH = "tests\without_qt"
Invoke-Checked $python -m pytest -p no_qt -p no:pytest-qt --ignore tests\gui --ignore tests\journeys
Remove-Item Env:PYTHONPATH
$env:QT_QPA_PLATFORM = "offscreen"
Invoke-Checked $python -m pytest tests\gui
Remove-Item Env:QT_QPA_PLATFORM
Invoke-Checked $python -m pytest tests\journeys
