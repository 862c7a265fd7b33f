"""`segstudio doctor`: versions, devices, what is missing, one line of advice each."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from segstudio.cli.arguments import add_json
from segstudio.cli.console import say, say_json

PACKAGES = (
    ("numpy", "numpy"),
    ("opencv-python-headless", "OpenCV"),
    ("pillow", "Pillow"),
    ("torch", "PyTorch"),
    ("torchvision", "torchvision"),
    ("lightning-fabric", "Lightning Fabric"),
    ("PySide6-Essentials", "PySide6"),
    ("pyqtgraph", "pyqtgraph"),
)
EXTRAS = (
    ("pillow-heif", "HEIC photographs", "pip install 'segstudio[heic]'"),
    ("onnxruntime", "ONNX export and import", "pip install 'segstudio[onnx]'"),
)
LITTLE_SPACE_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; ``advice`` says what to do where ``is_good`` is False."""

    name: str
    value: str
    is_good: bool = True
    is_needed: bool = True
    advice: str = ""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "doctor",
        help="check this machine: versions, devices, what is missing",
        description="Check everything SegStudio needs; exit code 1 where something needed is missing.",
        epilog="Example: segstudio doctor",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    findings = [*_programs(), *_packages(), *_conflicts(), *_devices(), *_display(), *_models(), *_places()]
    if arguments.json:
        say_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            mark = "ok  " if finding.is_good else ("BAD " if finding.is_needed else "none")
            say(f"{mark}  {finding.name:<22} {finding.value}")
            if finding.advice:
                say(f"      {'':<22} {finding.advice}")
    return 0 if all(finding.is_good or not finding.is_needed for finding in findings) else 1


def _programs() -> list[Finding]:
    return [
        Finding("SegStudio", version("segstudio")),
        Finding("Python", f"{platform.python_version()} ({sys.executable})"),
        Finding("System", platform.platform()),
    ]


def _packages() -> list[Finding]:
    findings = []
    for package, name in PACKAGES:
        try:
            findings.append(Finding(name, version(package)))
        except PackageNotFoundError:
            findings.append(Finding(name, "missing", is_good=False, advice=f"Run: pip install {package}"))
    for package, purpose, line in EXTRAS:
        try:
            findings.append(Finding(purpose, f"{package} {version(package)}", is_needed=False))
        except PackageNotFoundError:
            advice = f"Only if you want it: {line}"
            findings.append(Finding(purpose, "not installed", is_good=False, is_needed=False, advice=advice))
    return findings


def _conflicts() -> list[Finding]:
    try:
        found = version("opencv-python")
    except PackageNotFoundError:
        return []
    advice = (
        "It brings its own Qt plugins, which keep the window from opening on Linux. "
        "Run: pip uninstall opencv-python && pip install --force-reinstall opencv-python-headless"
    )
    return [Finding("opencv-python", f"{found} beside the headless one", is_good=False, advice=advice)]


def _devices() -> list[Finding]:
    try:
        import torch
    except ImportError as error:
        return [Finding("Device", f"PyTorch doesn't start: {error}", is_good=False, advice="Reinstall it.")]
    cores = Finding("CPU", f"{os.cpu_count()} cores, {torch.get_num_threads()} threads for the network")
    if not torch.cuda.is_available():
        advice = "The network runs on the CPU; an NVIDIA GPU with its driver would make it faster."
        return [cores, Finding("GPU", "none usable", is_good=False, is_needed=False, advice=advice)]
    gpus = []
    for number in range(torch.cuda.device_count()):
        properties = torch.cuda.get_device_properties(number)
        memory = properties.total_memory / 1024**3
        gpus.append(Finding(f"GPU cuda:{number}", f"{properties.name}, {memory:.0f} GiB"))
    return [cores, *gpus]


def _display() -> list[Finding]:
    if sys.platform in ("win32", "darwin"):
        return []
    display = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY")
    if display:
        return [Finding("Display", display)]
    advice = "The window needs a graphical session; every command works without one."
    return [Finding("Display", "none", is_good=False, is_needed=False, advice=advice)]


def _models() -> list[Finding]:
    from segstudio.domain.errors import ModelError
    from segstudio.inference.bundled_models import bundled_models
    from segstudio.nn.model_header import read_model_info

    findings = []
    for path in bundled_models().values():
        try:
            info = read_model_info(path)
            findings.append(Finding(f"Model {path.stem}", f"{info.network.trunk}, {info.network.channels} classes"))
        except ModelError as error:
            findings.append(Finding(f"Model {path.stem}", str(error), is_good=False, advice="Reinstall SegStudio."))
    if not findings:
        findings.append(Finding("Models", "none bundled", is_good=False, advice="Reinstall SegStudio."))
    return findings


def _places() -> list[Finding]:
    from segstudio.store.locations import data_folder

    folder = data_folder()
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(existing).free
    value = f"{folder} ({free / 1024**3:.0f} GiB free)"
    if not _is_writable(existing):
        return [Finding("Settings", value, is_good=False, advice="Make the folder writable for you.")]
    if free < LITTLE_SPACE_BYTES:
        return [Finding("Settings", value, is_good=False, advice="Free some space: saving may fail.")]
    return [Finding("Settings", value)]


def _is_writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK)
