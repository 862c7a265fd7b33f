"""Everything the window can ask for, put together in one place."""

from __future__ import annotations

from segstudio.services.auto_segmentation import AutoSegmentation
from segstudio.services.batch_run import BatchRunner
from segstudio.services.fine_tuning import FineTuning
from segstudio.services.import_look import ImportLook
from segstudio.services.jobs import Deliver, JobRunner
from segstudio.services.live_learning import LiveLearning
from segstudio.services.live_proposals import LiveProposals
from segstudio.services.model_slot import ModelSlot
from segstudio.services.project_transfer import ProjectTransfer
from segstudio.services.reviewing import Reviewing
from segstudio.services.reviewing_differences import ReviewingDifferences
from segstudio.services.sample_views import SampleViews
from segstudio.services.sitting_learning import SittingLearning
from segstudio.services.workspace import Workspace


class Studio:
    """One sitting. ``deliver`` puts a callback on the thread that owns the studio."""

    def __init__(self, deliver: Deliver, *, device: str = "auto") -> None:
        self.jobs = JobRunner(deliver)
        self.slot = ModelSlot(device)
        self.workspace = Workspace(self.jobs)
        self.samples = SampleViews(self.workspace, self.jobs)
        self.segmentation = AutoSegmentation(self.workspace, self.jobs, self.slot)
        self.batch = BatchRunner(self.workspace, self.jobs, self.slot)
        self.fine_tuning = FineTuning(self.workspace, self.jobs, self.slot, self.segmentation)
        self.live = LiveLearning(self.workspace, self.jobs, self.slot)
        self.sitting = SittingLearning(self.workspace, self.jobs, self.slot, self.segmentation.renew)
        self.proposals = LiveProposals(self.workspace, self.jobs, self.slot)
        self.transfer = ProjectTransfer(self.workspace, self.jobs)
        self.import_look = ImportLook(self.workspace, self.jobs)
        self.reviewing = Reviewing(self.workspace, self.jobs, self.slot)
        self.segmentation.withholds = self.reviewing.blind.withhold
        self.differences = ReviewingDifferences(self.workspace, self.jobs, self.slot)

    def hand_in(self) -> None:
        """What is unsaved goes to the disk, the rest is stopped; ``shut_down`` follows."""
        self.segmentation.stop()
        self.batch.stop()
        self.transfer.stop()
        self.fine_tuning.suspend()
        self.workspace.close_project()

    def shut_down(self) -> None:
        """Hand in what is unsaved, and wait until the disk has it."""
        self.hand_in()
        self.jobs.shut_down()
