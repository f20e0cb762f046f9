"""Learning-rate schedules over updates and over the part of the run's budget that is used up."""

from __future__ import annotations

import math

from training.config import TrainConfig


def progress(config: TrainConfig, updates: int, minutes: float) -> float:
    """How much of the budget is used, 0 to 1; with two budgets, of the one nearer its end."""
    parts = [updates / config.max_updates] if config.max_updates > 0 else []
    if config.max_minutes > 0:
        parts.append(minutes / config.max_minutes)
    return min(1.0, max(parts))


def learning_rate(config: TrainConfig, updates: int, used: float) -> float:
    """The rate of the update after `updates`: linear warm-up, then cosine to zero or the inverse square root."""
    warmup = max(1, config.warmup_updates)
    rate = config.peak_lr * min(1.0, (updates + 1) / warmup)
    if config.schedule == "inverse-sqrt":
        return rate * min(1.0, (warmup / (updates + 1)) ** 0.5)
    return rate * 0.5 * (1 + math.cos(math.pi * used))
