"""Figures of scikit-learn, statsmodels and scipy on given scores, as reference-figures.json has them.

    python3 -m venv v && v/bin/pip install scikit-learn==1.9.1 statsmodels==0.15.0 scipy==1.17.1
    v/bin/python test/evaluate/reference-figures.py > test/evaluate/reference-figures.json
"""

import json

import numpy as np
import scipy
import sklearn
import statsmodels
import statsmodels.api as sm
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_expit
from sklearn.metrics import (
    average_precision_score, balanced_accuracy_score, brier_score_loss, confusion_matrix, f1_score,
    log_loss, matthews_corrcoef, precision_score, recall_score, roc_auc_score, roc_curve,
)
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint


def calibration_error(probabilities, labels, bins=15):
    """15 bins of equal mass; the number of patches is a multiple of 15 and no score is tied."""
    order = np.argsort(probabilities)
    parts = zip(np.split(probabilities[order], bins), np.split(labels[order], bins))
    return float(np.mean([abs(p.mean() - y.mean()) for p, y in parts]))


def figures(margins, labels, is_tied):
    probabilities = expit(margins)
    called = (margins >= 0).astype(int)
    tn, fp, fn, tp = (int(x) for x in confusion_matrix(labels, called).ravel())
    slope = sm.GLM(labels, sm.add_constant(margins), family=sm.families.Binomial()).fit(tol=1e-14)
    level = sm.GLM(labels, np.ones_like(margins), family=sm.families.Binomial(), offset=margins).fit(tol=1e-14)
    inverse = minimize_scalar(
        lambda b: -np.sum(log_expit(np.where(labels == 1, b * margins, -b * margins))),
        bounds=(0.01, 10), method="bounded", options={"xatol": 1e-12},
    ).x
    fpr, tpr, thresholds = roc_curve(labels, margins, drop_intermediate=False)
    return {
        "margins": margins.tolist(),
        "labels": labels.tolist(),
        "figures": {
            "loss": log_loss(labels, probabilities),
            "log_loss": log_loss(labels, probabilities),
            "roc_auc": roc_auc_score(labels, margins),
            "average_precision": average_precision_score(labels, margins),
            "accuracy": float(np.mean(called == labels)),
            "balanced_accuracy": balanced_accuracy_score(labels, called),
            "sensitivity": recall_score(labels, called),
            "specificity": recall_score(1 - labels, 1 - called),
            "precision": precision_score(labels, called),
            "f1": f1_score(labels, called),
            "mcc": matthews_corrcoef(labels, called),
            "brier": brier_score_loss(labels, probabilities),
            "calibration_slope": slope.params[1],
            "calibration_intercept": level.params[0],
            **({} if is_tied else {"ece": calibration_error(probabilities, labels)}),
        },
        "confusion": {"tn": tn, "fp": fp, "fn": fn, "tp": tp},
        "wilson": {
            "accuracy": proportion_confint(tp + tn, len(labels), method="wilson"),
            "sensitivity": proportion_confint(tp, tp + fn, method="wilson"),
            "specificity": proportion_confint(tn, tn + fp, method="wilson"),
            "precision": proportion_confint(tp, tp + fp, method="wilson"),
        },
        "temperature": 1 / inverse,
        "thresholds": {
            "youden": thresholds[np.argmax(np.round(tpr - fpr, 12))],  # the highest of equal ones
            "sensitivity 0.95": thresholds[np.argmax(tpr >= 0.95)],
            "specificity 0.9": thresholds[np.flatnonzero(1 - fpr >= 0.9)[-1]],
        },
    }


def main():
    random = np.random.default_rng(7)
    labels = (random.random(300) < 0.4).astype(int)
    margins = np.where(labels == 1, 1.1, -1.3) + 1.7 * random.standard_normal(300)
    tied = np.round(margins * 2) / 2
    other = 0.6 * margins + 0.9 * random.standard_normal(300)
    wrong_a, wrong_b = (margins >= 0) != labels, (other >= 0) != labels
    only_a, only_b = int(np.sum(wrong_a & ~wrong_b)), int(np.sum(~wrong_a & wrong_b))
    table = [[0, only_a], [only_b, 0]]
    print(json.dumps({
        "versions": {"scikit-learn": sklearn.__version__, "statsmodels": statsmodels.__version__,
                     "scipy": scipy.__version__, "numpy": np.__version__},
        "cases": {"plain": figures(margins, labels, False), "tied": figures(tied, labels, True)},
        "paired": {
            "other": other.tolist(),
            "only_first_wrong": only_a,
            "only_second_wrong": only_b,
            "mcnemar_exact_p": mcnemar(table, exact=True).pvalue,
        },
    }))


main()
