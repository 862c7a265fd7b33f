"""Looks after a project's images while it is open: new, moved and missing ones, and their fingerprints."""

from __future__ import annotations

from segstudio.domain.changes import ImagesChanged, Told
from segstudio.domain.task import Progress, Task
from segstudio.services.announcer import Announcer
from segstudio.services.jobs import Job, JobRunner, Lane, Urgency
from segstudio.store.image_scan import ScanReport
from segstudio.store.project_store import ProjectStore


class ImageUpkeep:
    """In the background, giving way to every picture that somebody waits for. Lives on the window's thread."""

    def __init__(self, jobs: JobRunner, announcer: Announcer) -> None:
        self._jobs = jobs
        self._announcer = announcer
        self._job: Job | None = None

    def begin(self, store: ProjectStore, *, is_scanned: bool) -> None:
        """Scan, unless that was done just now; then read each image once, so that moved ones are known again."""
        if is_scanned:
            self._fingerprint(store)
        else:
            self._scan(store)

    def end(self) -> None:
        """The project is about to be closed."""
        if self._job is not None:
            self._job.stop()
            self._job = None

    def _scan(self, store: ProjectStore) -> None:
        def on_result(report: ScanReport) -> None:
            if self._job is not job:
                return
            told = _news(report)
            if told:
                self._announcer.announce(ImagesChanged(None))
                self._announcer.announce(Told(told))
            self._fingerprint(store)

        def work(task: Task[Progress]) -> ScanReport:
            return store.scan(task)

        job = self._jobs.submit(
            Lane.READ,
            "Looking for new images",
            work,
            on_result=on_result,
            on_error=lambda error: self._fail(job, error),
            urgency=Urgency.BACKGROUND,
        )
        self._job = job

    def _fingerprint(self, store: ProjectStore) -> None:
        def work(task: Task[Progress]) -> int:
            return store.hash_images(task)

        job = self._jobs.submit(
            Lane.READ,
            "Fingerprinting images",
            work,
            on_result=lambda _: None,
            on_error=lambda error: self._fail(job, error),
            urgency=Urgency.BACKGROUND,
        )
        self._job = job

    def _fail(self, job: Job, error: Exception) -> None:
        if self._job is job:
            self._announcer.announce_failure("Looking after the project's images failed.", error)


def _news(report: ScanReport) -> str:
    """What is different from the last time, in a sentence; empty where nothing is."""
    counts = (
        (report.added, "new"),
        (len(report.moved), "moved and found again"),
        (len(report.changed), "changed"),
        (len(report.missing), "missing"),
        (report.back, "back again"),
    )
    parts = [f"{count:,} {word}" for count, word in counts if count]
    return f"Images: {', '.join(parts)}." if parts else ""
