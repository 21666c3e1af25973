"""The other side of a comparison: python3 scikit-learn.py TASK ROWS COLUMNS FILE, over the same bytes, on one thread."""
import json
import os
import resource
import sys

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

import numpy
from sklearn.cluster import DBSCAN
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest, RandomForestClassifier


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


task, rows, columns, file = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
values = numpy.fromfile(file, "<f8").reshape(rows, columns)
classes = numpy.fromfile(file + ".classes", "u1") if task == "random-forest" else None
before = cpu()
if task == "isolation-forest":
    result = len(IsolationForest(n_estimators=100, max_samples=256, random_state=42).fit(values).score_samples(values))
elif task == "random-forest":
    forest = RandomForestClassifier(100, random_state=42).fit(values, classes)
    result = sum(tree.tree_.node_count for tree in forest.estimators_)
elif task == "dbscan":
    result = int(DBSCAN(eps=0.9, min_samples=10).fit(values).labels_.max() + 1)
else:
    result = len(PCA(2).fit(values).transform(values))
seconds = cpu() - before
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"cpuSeconds": seconds, "peakBytes": peak, "result": result}))
