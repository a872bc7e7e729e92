"""scripts/cache.sh: what installers keep and delete in the user's cache folder."""

import os
import time

from conftest import ROOT, run


def test_folders_of_older_recipes_are_deleted_when_nobody_uses_them(tmp_path):
    cache = tmp_path / "taskwire"
    day = 24 * 3600
    ages = {"parts-dapr-1": 20, "parts-dapr-2": 3, "parts-dapr-3": 40, "parts-kafka-1": 40, "kube-etcd": 40}
    for name, days in ages.items():
        (cache / name).mkdir(parents=True)
        (cache / name / "file").touch()
        os.utime(cache / name, (time.time() - days * day,) * 2)
    script = f'source "{ROOT}/scripts/cache.sh"; used "$base/parts-dapr-3" "$base/parts-dapr-4"; delete_unused parts-dapr kube-tools'
    done = run(["bash", "-euc", script], env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert {folder.name for folder in cache.iterdir()} == set(ages) - {"parts-dapr-1"}
