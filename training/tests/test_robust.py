"""The table of what holds of a bundle's translations."""

from __future__ import annotations

from training.export.robust import failures, table

RESULTS = [
    {
        "bundle": "models/de-en",
        "kinds": {
            "edge": {"passed": 2, "total": 4, "failures": [{"source": "• a", "output": "A", "failed": ["starts:•"]}]},
            "time": {"passed": 4, "total": 4, "failures": []},
        },
    },
    {"bundle": "models/en-de", "kinds": {"edge": {"passed": 3, "total": 4, "failures": []}}},
]


def test_a_line_a_kind_and_a_column_a_bundle() -> None:
    assert table(RESULTS).splitlines() == [
        "| kind | de-en | en-de |",
        "|---|---:|---:|",
        "| edge | 2 / 4 (50 %) | 3 / 4 (75 %) |",
        "| time | 4 / 4 (100 %) | – |",
        "| all | 6 / 8 (75 %) | 3 / 4 (75 %) |",
    ]
    assert "- edge: '• a' -> 'A': starts:•\n" in failures(RESULTS)
