# Makes goldens/label-metrics.json: figures of classes, sets of classes, scores and entities by scikit-learn, SciPy and
# seqeval on seeded invented labels.
# Run from the repository's root: python tests/reference/label_metrics.py
# (needs scikit-learn==1.9.1, scipy==1.17.1, seqeval==1.2.2; tests only read the result)
import json
import os
import random
import warnings

import numpy as np
from scipy.stats import pearsonr, spearmanr
from seqeval.metrics import accuracy_score as tag_accuracy
from seqeval.metrics import classification_report
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    matthews_corrcoef,
    precision_recall_fscore_support,
)

warnings.simplefilter("ignore")
rng = random.Random(20250301)


def by_class(expected, found, labels):
    p, r, f, n = precision_recall_fscore_support(expected, found, labels=labels, zero_division=0)
    return [list(map(float, row)) for row in zip(p, r, f, n)]


def classes(count, size, noise):
    """Classes of which some are rare, and the highest never occurs."""
    expected = [min(rng.randrange(count), rng.randrange(count)) for _ in range(size)]
    expected = [min(k, count - 2) for k in expected]
    found = [rng.randrange(count - 1) if rng.random() < noise else k for k in expected]
    return {
        "numClasses": count,
        "expected": expected,
        "found": found,
        "accuracy": accuracy_score(expected, found),
        "matthews": float(matthews_corrcoef(expected, found)),
        "macroF1": f1_score(expected, found, average="macro", zero_division=0),
        "microF1": f1_score(expected, found, average="micro", zero_division=0),
        "byClass": by_class(expected, found, list(range(count))),
        "confusion": confusion_matrix(expected, found, labels=list(range(count))).tolist(),
    }


def sets(count, size, noise):
    expected = [[k for k in range(count) if rng.random() < 0.3] for _ in range(size)]
    found = [[k for k in range(count) if (k in row) != (rng.random() < noise)] for row in expected]
    table = lambda rows: np.array([[int(k in row) for k in range(count)] for row in rows])
    a, b = table(expected), table(found)
    return {
        "numClasses": count,
        "expected": expected,
        "found": found,
        "accuracy": accuracy_score(a, b),
        "macroF1": f1_score(a, b, average="macro", zero_division=0),
        "microF1": f1_score(a, b, average="micro", zero_division=0),
        "byClass": by_class(a, b, list(range(count))),
    }


def scores(size, step):
    """Values with ties where `step` is not small."""
    expected = [round(5 * rng.random() / step) * step for _ in range(size)]
    found = [round((x + rng.gauss(0, 1)) / step) * step for x in expected]
    return {
        "expected": expected,
        "found": found,
        "pearson": float(pearsonr(expected, found).statistic),
        "spearman": float(spearmanr(expected, found).statistic),
    }


def entities(tags, size, noise):
    """Sequences of any tags, sound or not, as a model may print them."""
    expected = [[rng.choice(tags) for _ in range(rng.randrange(0, 12))] for _ in range(size)]
    found = [[rng.choice(tags) if rng.random() < noise else tag for tag in row] for row in expected]
    report = classification_report(expected, found, output_dict=True, zero_division=0, digits=9)
    told = lambda row: [float(row[k]) for k in ("precision", "recall", "f1-score", "support")]
    return {
        "expected": expected,
        "found": found,
        "accuracy": tag_accuracy(expected, found),
        "micro": told(report["micro avg"]),
        "byType": {k: told(v) for k, v in report.items() if not k.endswith(" avg")},
    }


golden = {
    "command": "python tests/reference/label_metrics.py",
    "classes": [classes(3, 30, 0.4), classes(6, 120, 0.3), classes(3, 40, 1.0), classes(8, 25, 0.0)],
    "sets": [sets(5, 40, 0.15), sets(2, 12, 0.4)],
    "scores": [scores(40, 1e-9), scores(60, 0.25), scores(25, 2.5)],
    "entities": [
        entities(["O", "O", "B-PER", "I-PER", "B-LOC", "I-LOC"], 60, 0.3),
        entities(["O", "B-a", "I-a", "E-a", "S-a", "B-b-c", "I-b-c", "E-b-c", "S-b-c"], 80, 0.3),
    ],
}
path = os.path.join(os.path.dirname(__file__), "goldens", "label-metrics.json")
with open(path, "w") as file:
    json.dump(golden, file)
    file.write("\n")
