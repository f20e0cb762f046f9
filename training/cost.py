"""Parameters and mult-adds of a model, by its config: python -m training.cost training/configs/*.toml

Mult-adds are counted for one sentence of `source` and one of `target` tokens, every product of two numbers once, as the
paper does (30 and 30): linear layers in * out a token, attention 2 * length * channels a token (scores and values; in
the decoder over the whole length, although the causal half is enough), convolution kernel * channels a token. Additions,
norms, softmax and table look-ups are free. Without the embedding and the output projection unless said.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from training.config import BranchConfig, ModelConfig, load_config


@dataclass(frozen=True)
class Cost:
    parameters: int = 0
    mult_adds: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.parameters + other.parameters, self.mult_adds + other.mult_adds)


def linear(inputs: int, outputs: int, tokens: int, bias: bool = True) -> Cost:
    return Cost(inputs * outputs + (outputs if bias else 0), inputs * outputs * tokens)


def attention(channels: int, queries: int, keys: int) -> Cost:
    """Scores and weighted values, without the projections."""
    return Cost(0, 2 * queries * keys * channels)


def branch(config: BranchConfig, layer: int, tokens: int) -> Cost:
    c = config.channels
    if config.kind == "attention":
        return linear(c, 3 * c, tokens) + attention(c, tokens, tokens) + linear(c, c, tokens)
    size = config.kernel_sizes[layer]
    cost = linear(c, c, tokens) + linear(c, c, tokens) + Cost(0, size * c * tokens)
    match config.kind:
        case "lightweight":
            return cost + Cost(config.groups * size, 0)
        case "dynamic":
            return cost + linear(c, config.groups * size, tokens, bias=False)
        case _:
            return cost + Cost(c * size, 0)


def modules(config: ModelConfig, source: int, target: int) -> dict[str, Cost]:
    """The cost of each part, the embedding (its look-up is free) and the output projection (the same table) apart."""
    d, norm = config.d_model, Cost(2 * config.d_model, 0)
    costs: dict[str, Cost] = {}
    for side, tokens in (("encoder", source), ("decoder", target)):
        for i in range(config.layers):
            for b in config.branches:
                key = f"{side} {b.kind}"
                costs[key] = costs.get(key, Cost()) + branch(b, i, tokens)
            ffn = linear(d, config.ffn, tokens) + linear(config.ffn, d, tokens)
            costs[f"{side} ffn"] = costs.get(f"{side} ffn", Cost()) + ffn
            costs[f"{side} norms"] = costs.get(f"{side} norms", Cost()) + norm + norm
            if side == "decoder":
                cross = linear(d, d, tokens) + linear(d, 2 * d, source) + attention(d, tokens, source) + linear(d, d, tokens)
                costs["decoder cross"] = costs.get("decoder cross", Cost()) + cross
                costs["decoder norms"] += norm
    costs["embedding"] = Cost(config.vocab_size * d, 0)
    costs["output projection"] = Cost(0, config.vocab_size * d * target)
    return costs


@dataclass(frozen=True)
class Summary:
    parameters: int
    parameters_without_embedding: int
    mult_adds: int
    """Without the output projection: the paper's count."""
    mult_adds_with_output: int


def summary(config: ModelConfig, source: int = 30, target: int = 30) -> Summary:
    costs = modules(config, source, target)
    total = sum(costs.values(), Cost())
    return Summary(
        total.parameters,
        total.parameters - costs["embedding"].parameters,
        total.mult_adds - costs["output projection"].mult_adds,
        total.mult_adds,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("configs", nargs="+")
    parser.add_argument("--source", type=int, default=30)
    parser.add_argument("--target", type=int, default=30)
    parser.add_argument("--modules", action="store_true", help="part by part")
    args = parser.parse_args()
    heads = ("config", "parameters", "without embedding", "mult-adds", "with output projection")
    print(f"{heads[0]:<24}{heads[1]:>14}{heads[2]:>20}{heads[3]:>14}{heads[4]:>26}")
    for path in args.configs:
        run = load_config(path)
        s = summary(run.model, args.source, args.target)
        print(
            f"{run.name:<24}{s.parameters:>14,}{s.parameters_without_embedding:>20,}"
            f"{s.mult_adds:>14,}{s.mult_adds_with_output:>26,}"
        )
        if args.modules:
            for name, cost in modules(run.model, args.source, args.target).items():
                print(f"  {name:<22}{cost.parameters:>14,}{'':>20}{cost.mult_adds:>14,}")


if __name__ == "__main__":
    main()
