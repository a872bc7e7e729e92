"""deploy/backup-sqlite.sh: what it deletes, and what it refuses. test_runbooks.py restores its copies."""

import os

import pytest

from conftest import ROOT, run
from test_runbooks import back_up


def test_a_folder_with_a_space_loses_nothing_but_its_own_old_copies(taskwire, tmp_path):
    assert run([taskwire, "migrate", "--data-dir", tmp_path]).returncode == 0
    folder = tmp_path / "copies of mine"
    folder.mkdir()
    old = "taskwire-20200101T000000Z.db"
    # What the path of an old copy would name if it were taken apart at its spaces, and files that are nobody's copies.
    others = [tmp_path / "copies", tmp_path / "of", tmp_path / "mine" / old, folder / "taskwire-newestZ.db", folder / "taskwire a.db"]
    (tmp_path / "mine").mkdir()
    for file in [*others, folder / old]:
        file.write_text("")
    environment = {"PATH": f"{taskwire.parent}:{os.environ['PATH']}"}
    done = run([ROOT / "deploy/backup-sqlite.sh", tmp_path / "taskwire.db", folder, "1"], env=environment, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert all(file.exists() for file in others), [file.name for file in others if not file.exists()]
    assert not (folder / old).exists() and len(list(folder.glob("taskwire-2*"))) == 1


@pytest.mark.parametrize("keep", ["0", "-5", "banana", "", "1.5", "014", "99999999999999999999"])
def test_a_number_of_copies_that_is_none_is_refused_before_anything_is_done(taskwire, tmp_path, keep):
    assert run([taskwire, "migrate", "--data-dir", tmp_path]).returncode == 0
    folder = tmp_path / "copies"
    done = back_up(taskwire, tmp_path / "taskwire.db", folder, keep)
    assert done.returncode == 2 and f'KEEP is "{keep}"' in done.stderr and "such as 14" in done.stderr
    assert not folder.exists()


def test_the_new_copy_stays_also_where_the_clock_was_ahead_before(taskwire, tmp_path):
    assert run([taskwire, "migrate", "--data-dir", tmp_path]).returncode == 0
    folder = tmp_path / "copies"
    folder.mkdir()
    for year in ("2998", "2999"):
        (folder / f"taskwire-{year}0101T000000Z.db").write_text("")
    assert back_up(taskwire, tmp_path / "taskwire.db", folder, "2").returncode == 0
    names = sorted(file.name for file in folder.iterdir())
    assert len(names) == 2 and names[0] < "taskwire-2998" and names[1] == "taskwire-29990101T000000Z.db"
