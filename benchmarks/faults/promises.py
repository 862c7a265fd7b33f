"""Each promise of ``docs/reliability.md``: how to break it in the source, and the test that must notice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Promise:
    """``good`` occurs once in ``file``; with ``bad`` in its place ``test`` must fail."""

    promise: str
    file: str
    good: str
    bad: str
    test: str


STORE, SERVICES, FORMATS = "segstudio/store", "segstudio/services", "segstudio/formats"
AT_ONCE, BATCH = "tests/store/test_saving_at_once.py", "tests/services/test_batch_labels.py"
RECOVERY, FAULTS = "tests/store/test_recovery.py", "tests/store/test_faults.py"

PROMISES = (
    Promise(
        "a file is replaced only by one that is on the disk",
        f"{STORE}/atomic_files.py",
        "        sync_file(unfinished)\n",
        "",
        "tests/store/test_atomic_files.py::test_the_old_file_stays_until_the_new_one_is_on_the_disk",
    ),
    Promise(
        "a failed write leaves no litter",
        f"{STORE}/atomic_files.py",
        "        path.unlink()\n",
        "        pass\n",
        "tests/store/test_atomic_files.py::test_a_failed_write_leaves_the_old_file_and_no_litter",
    ),
    Promise(
        "labels and origins change together",
        f"{STORE}/label_files.py",
        '"INSERT INTO pending_saves (image_id, label_file, origin_file, through) VALUES (?, ?, ?, ?)"',
        '"SELECT ?, ?, ?, ?"',
        f"{RECOVERY}::test_a_save_that_was_announced_is_ended_as_a_pair",
    ),
    Promise(
        "what was written is read back before the old file goes",
        f"{STORE}/packed_labels.py",
        "    if path.read_bytes() != data:",
        "    if False:",
        f"{RECOVERY}::test_a_disk_that_forgets_what_it_was_given_is_noticed",
    ),
    Promise(
        "edits come back after a crash",
        f"{STORE}/recovery.py",
        "        self._labels.save_journal(image_id, reason=Reason.RECOVERED)\n",
        "        self._labels.journal.drop(image_id, 1 << 60)\n",
        f"{RECOVERY}::test_edits_are_replayed_silently",
    ),
    Promise(
        "each edit enters the journal once and in order",
        f"{SERVICES}/autosave.py",
        "[edit for edit in batch if edit.number > self._appended]",
        "list(batch)",
        "tests/services/test_autosave.py"
        "::test_an_edit_whose_job_comes_after_the_closing_one_is_not_replayed_over_newer_ones",
    ),
    Promise(
        "edits are not forced onto a picture that changed",
        f"{STORE}/recovery.py",
        "        if self._images.is_changed(image_id):",
        "        if False and self._images.is_changed(image_id):",
        f"{RECOVERY}::test_a_changed_image_is_asked_about",
    ),
    Promise(
        "edits are not forced onto labels that another program changed",
        f"{STORE}/recovery.py",
        "        if self._label_file_changed(image_id):",
        "        if False and self._label_file_changed(image_id):",
        f"{RECOVERY}::test_labels_that_another_program_changed_are_asked_about",
    ),
    Promise(
        "a save of our own is never taken for another program's",
        f"{STORE}/label_files.py",
        "            note_label_file(connection, image_id, label_file, counts)\n",
        "",
        f"{RECOVERY}::test_a_crash_right_after_a_save_is_not_taken_for_another_programs_change",
    ),
    Promise(
        "a save forgets only the edits that are in it",
        f"{STORE}/label_files.py",
        '"DELETE FROM journal WHERE image_id = ? AND sequence <= ? AND NOT is_held", (image_id, row[2])',
        '"DELETE FROM journal WHERE image_id = ?", (image_id,)',
        f"{RECOVERY}::test_an_edit_that_arrives_while_an_image_is_saved_stays_in_the_journal",
    ),
    Promise(
        "a dead writer's litter is swept",
        f"{STORE}/project_store.py",
        "        if self._had_crashed:\n            self.labels.sweep()",
        "        if False:\n            self.labels.sweep()",
        f"{RECOVERY}::test_a_save_that_died_before_it_was_announced_leaves_the_old_pair_and_no_litter",
    ),
    Promise(
        "an edit is in the journal although the disk lane is busy",
        f"{SERVICES}/autosave.py",
        '            Lane.JOURNAL,\n            "Keeping edits"',
        '            Lane.DISK,\n            "Keeping edits"',
        "tests/services/test_autosave.py::test_the_window_never_waits",
    ),
    Promise(
        "an edit that couldn't be written is tried again",
        f"{SERVICES}/autosave.py",
        "        self._is_retrying = True\n",
        "        return\n",
        "tests/services/test_autosave.py::test_an_edit_that_could_not_be_written_is_tried_again",
    ),
    Promise(
        "closing saves what is left",
        f"{SERVICES}/autosave.py",
        "            self._append(rest)\n",
        "            return\n",
        "tests/services/test_autosave.py::test_closing_saves_what_is_left",
    ),
    Promise(
        "the last ten versions are kept",
        f"{STORE}/versions.py",
        "KEPT = 10",
        "KEPT = 9",
        "tests/store/test_project_store.py::test_the_last_ten_saved_versions_can_be_listed_and_restored",
    ),
    Promise(
        "a clock that jumps changes no order",
        f"{STORE}/versions.py",
        '"ORDER BY id DESC",',
        '"ORDER BY saved_at DESC",',
        f"{FAULTS}::test_a_clock_that_jumps_changes_no_order",
    ),
    Promise(
        "one writer",
        f"{STORE}/lock.py",
        "        except Timeout:\n            return False",
        "        except Timeout:\n            return True",
        "tests/store/test_lock.py::test_a_second_process_reads_only_and_says_who_holds_the_project",
    ),
    Promise(
        "a newer index is refused",
        f"{STORE}/migrations.py",
        "    if version > len(steps):",
        "    if version > len(steps) + 1:",
        "tests/store/test_migrations.py::test_a_newer_index_is_refused_with_a_sentence",
    ),
    Promise(
        "another program's database is left alone",
        f"{STORE}/migrations.py",
        "    if tables and application != APPLICATION_ID:",
        "    if tables and application > APPLICATION_ID:",
        "tests/store/test_migrations.py::test_another_programs_database_is_refused_and_left_alone",
    ),
    Promise(
        "nothing is written outside the project",
        f"{STORE}/layout.py",
        'and ".." not in relative.parts',
        "",
        "tests/store/test_hostile_projects.py::test_a_label_name_that_leads_out_of_the_project_writes_nothing",
    ),
    Promise(
        "links out of the project are not followed",
        f"{STORE}/layout.py",
        "    if path.is_symlink() and ",
        "    if False and ",
        "tests/store/test_hostile_projects.py::test_a_label_file_that_is_a_link_out_is_not_read",
    ),
    Promise(
        "an index that makes no sense ends in a sentence",
        f"{STORE}/image_table.py",
        "        _require_codes(statuses, len(STATUS_CODES))\n",
        "",
        "tests/store/test_hostile_projects.py::test_values_that_make_no_sense_are_told_in_a_sentence",
    ),
    Promise(
        "images of one stem don't share labels",
        f"{STORE}/layout.py",
        "        if name_key(candidate) not in taken:\n            return candidate\n    number",
        "        return candidate\n    number",
        "tests/store/test_layout.py::test_label_names_keep_folders_and_never_clash",
    ),
    Promise(
        "moved images are found by their content",
        f"{STORE}/image_scan.py",
        "hashes[found.path] == row.content_hash]",
        "hashes[found.path] is row]",
        "tests/store/test_image_scan.py::test_a_copied_and_deleted_image_is_found_by_its_content",
    ),
    Promise(
        "changed images are noticed",
        f"{STORE}/image_scan.py",
        "PRESENT if is_same or not row.has_work else CHANGED",
        "PRESENT",
        "tests/store/test_image_scan.py::test_a_changed_image_with_labels_is_noticed",
    ),
    Promise(
        "a vanished project folder is not made anew",
        f"{STORE}/write_guard.py",
        "        if folder_identity(self._folder) != self._identity:",
        "        if False:",
        f"{FAULTS}::test_a_project_folder_that_vanishes_is_not_made_anew",
    ),
    Promise(
        "a full disk leaves the old labels and the edits",
        f"{STORE}/label_files.py",
        "        new_labels = write_beside(label_file,",
        "        label_file.unlink(missing_ok=True)\n        new_labels = write_beside(label_file,",
        f"{FAULTS}::test_a_full_disk_leaves_the_old_labels_and_keeps_the_edits",
    ),
    Promise(
        "a folder that may not be written opens for reading",
        f"{STORE}/opening_project.py",
        "    except OSError as error:\n        why",
        "    except KeyError as error:\n        why",
        f"{FAULTS}::test_a_project_in_a_folder_that_may_not_be_written_opens_for_reading",
    ),
    Promise(
        "a damaged index is made anew from what can be read",
        f"{STORE}/repair.py",
        "            count = salvage(source, database)",
        "            count = 0",
        "tests/store/test_repair.py::test_a_damaged_index_is_made_anew_from_its_copy_and_the_files",
    ),
    Promise(
        "a damaged label file is restored from its last version",
        f"{STORE}/label_check.py",
        "    if versions and ",
        "    if False and ",
        "tests/store/test_repair.py::test_a_damaged_label_file_is_restored_from_its_last_version",
    ),
    Promise(
        "an import changes nothing unless all of it is valid",
        f"{SERVICES}/project_exchange.py",
        "        if labels.shape != (size.height, size.width):",
        "        if False:",
        "tests/services/test_project_exchange.py::test_nothing_changes_unless_all_of_it_is_valid",
    ),
    Promise(
        "a batch run never goes over a person's pixels",
        f"{SERVICES}/pre_label.py",
        "keep_person=not is_over_person",
        "keep_person=False",
        "tests/services/test_batch_labels.py::test_a_persons_pixels_stay",
    ),
    Promise(
        "a batch run is gone on with where it was stopped",
        f"{STORE}/batch_log.py",
        "if image.outcome is Outcome.WAITING)",
        "if image.outcome is not Outcome.UNDONE)",
        "tests/services/test_batch_labels.py::test_a_stopped_run_is_gone_on_with_in_a_later_sitting",
    ),
    Promise(
        "each image of a batch run is undone by itself",
        f"{SERVICES}/image_changes.py",
        "    before = keep_present(store, image_id)",
        "    before = None",
        "tests/services/test_batch_labels.py::test_each_image_can_be_undone_by_itself",
    ),
    Promise(
        "a split is frozen once made",
        f"{SERVICES}/splits.py",
        "    kept = {} if is_again else ",
        "    kept = {} if True else ",
        "tests/services/test_splits.py::test_a_part_once_given_stays_and_new_images_fill_the_shares",
    ),
    Promise(
        "a save under way is not taken for a dead writer's litter",
        f"{STORE}/label_store.py",
        "        with self._saving:\n            for folder in (self._layout",
        "        if True:\n            for folder in (self._layout",
        f"{AT_ONCE}::test_a_save_under_way_is_not_taken_for_a_dead_writers_litter",
    ),
    Promise(
        "who reads an image that is being saved waits for the renames",
        f"{STORE}/label_store.py",
        "            with self._saving:  # it may",
        "            if True:  # it may",
        f"{AT_ONCE}::test_reading_an_image_that_is_being_saved_waits_for_the_renames",
    ),
    Promise(
        "a model that a killed training was writing is swept",
        f"{STORE}/project_store.py",
        "(self.layout.folder, self.layout.models, self.layout.fine_tuning)",
        "(self.layout.folder,)",
        f"{RECOVERY}::test_a_model_that_a_killed_training_was_writing_is_swept",
    ),
    Promise(
        "images verified while a run was stopped stay as they are",
        f"{SERVICES}/batch_labels.py",
        "        if not images_to_label(store, [image_id]):",
        "        if False:",
        f"{BATCH}::test_images_verified_while_a_run_was_stopped_stay_as_they_are",
    ),
    Promise(
        "a stopped run is gone on with only where all it has left is asked for",
        f"{SERVICES}/batch_labels.py",
        "    return run if left and set(left) <= set(among) else None",
        "    return run if left else None",
        f"{BATCH}::test_a_stopped_run_is_not_gone_on_with_where_other_images_are_asked_for",
    ),
    Promise(
        "a part of the image folder can't lead out of it",
        f"{STORE}/project_file.py",
        '    if path.is_absolute() or ".." in path.parts',
        "    if path.is_absolute()",
        "tests/services/test_opening_several.py::test_a_part_that_leads_out_of_the_image_folder_is_refused",
    ),
    Promise(
        "a path in somebody's label file can't lead out of its folder",
        f"{FORMATS}/safe_paths.py",
        'or ".." in path.parts',
        "",
        "tests/formats/test_hostile_labels.py::test_no_path_leads_out_of_the_folder",
    ),
    Promise(
        "JSON without end is a sentence",
        f"{FORMATS}/json_files.py",
        "(ValueError, RecursionError)",
        "ValueError",
        "tests/formats/test_hostile_labels.py::test_a_lie_is_a_sentence_within_five_seconds[coco: deep nesting]",
    ),
    Promise(
        "a label file that unfolds without end is stopped",
        f"{FORMATS}/banded_map.py",
        "inflater.decompress(band.deflated, expected + 1)",
        "inflater.decompress(band.deflated)",
        "tests/formats/test_banded_png.py::test_a_band_that_unfolds_without_end_is_stopped",
    ),
    Promise(
        "names that are no Unicode are told",
        f"{FORMATS}/image_walk.py",
        '            self.unusable.append(path.encode(errors="replace").decode())\n',
        "            pass\n",
        "tests/store/test_image_scan.py::test_a_name_that_is_no_unicode_is_told_and_left_out",
    ),
    Promise(
        "an import can be undone",
        f"{SERVICES}/image_changes.py",
        "        store.labels.remove(image_id)\n",
        "        pass\n",
        "tests/services/test_project_exchange.py::test_an_import_is_undone_whole",
    ),
    Promise(
        "an undone import takes no class away that something holds",
        f"{SERVICES}/added_classes.py",
        "for spec in found if spec.id not in holders]",
        "for spec in found]",
        "tests/services/test_project_exchange.py::test_a_class_stays_that_something_was_painted_with_since",
    ),
    Promise(
        "a training that was killed goes on from its last epoch",
        "segstudio/training/loop.py",
        "            self._restore(state)\n            self._clock",
        "            self._clock",
        "tests/training/test_loop.py::test_a_killed_run_goes_on_to_the_same_end",
    ),
)
