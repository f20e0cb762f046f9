//! Parameters and mult-adds of the model, module by module, counted from the graphs.

use std::collections::{HashMap, HashSet};

use crate::bundle::{Architecture, ConvolutionKind};
use crate::graph::onnx::OnnxGraph;

/// What a model needs, in all and by module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// Tokens of the source that the mult-adds are counted for, the end token included.
    pub source_tokens: usize,
    /// Tokens of the target that the mult-adds are counted for, the end token included.
    pub target_tokens: usize,
    /// Parameters of the whole model; the shared embedding counts once.
    pub parameters: u64,
    /// Mult-adds of one greedy translation, the output projection included.
    pub mult_adds: u64,
    /// The same by module, in the order of the computation.
    pub modules: Vec<ModuleCost>,
}

/// What one module needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleCost {
    /// Name, such as `encoder.0.global` or `output`.
    pub name: String,
    /// Its parameters; those of the output projection are the embedding's and count there.
    pub parameters: u64,
    /// Its mult-adds.
    pub mult_adds: u64,
}

/// What is counted of the graphs once, at loading.
#[derive(Debug, Clone)]
pub struct CostModel {
    modules: Vec<Module>,
}

#[derive(Debug, Clone)]
struct Module {
    name: String,
    parameters: u64,
    /// Mult-adds for each source token, target token, pair of source tokens, pair of a target and a source token, and
    /// pair of a target token and one at or before it.
    source: u64,
    target: u64,
    source_pairs: u64,
    cross_pairs: u64,
    target_pairs: u64,
}

impl CostModel {
    /// Counts the parameters and products of both graphs.
    pub fn new(architecture: &Architecture, encoder: &OnnxGraph, decoder: &OnnxGraph) -> CostModel {
        let mut cost = CostModel {
            modules: Vec::new(),
        };
        cost.module("embedding");
        cost.count_products(encoder, |module| &mut module.source);
        cost.count_products(decoder, |module| &mut module.target);
        let mut seen = HashSet::new();
        for graph in [encoder, decoder] {
            for name in graph.tensor_names().filter(|name| is_parameter(name)) {
                let elements = graph.tensor(name).map_or(0, |tensor| tensor.len());
                if seen.insert(name.to_owned()) && !is_kernel(name) {
                    cost.module(module_of(name)).parameters += elements as u64;
                }
            }
        }
        let sides = [
            ("encoder", &architecture.encoder),
            ("decoder", &architecture.decoder),
        ];
        for (side, layers) in sides {
            for (l, layer) in layers.iter().enumerate() {
                if let Some(global) = &layer.global {
                    let module = cost.module(&format!("{side}.{l}.global"));
                    // Scores and mixtures: one product a channel and pair each.
                    let pairs = 2 * global.channels as u64;
                    match side {
                        "encoder" => module.source_pairs += pairs,
                        _ => module.target_pairs += pairs,
                    }
                }
                if let Some(local) = &layer.local {
                    let module = cost.module(&format!("{side}.{l}.local"));
                    let products = (local.channels * local.kernel_size) as u64;
                    match side {
                        "encoder" => module.source += products,
                        _ => module.target += products,
                    }
                    // The graph holds one kernel a channel; those of a group are one kernel. Dynamic ones are
                    // computed, their linear layer is counted already.
                    if local.kind != ConvolutionKind::Dynamic {
                        module.parameters += (local.groups * local.kernel_size) as u64;
                    }
                }
                if side == "decoder" {
                    let module = cost.module(&format!("{side}.{l}.cross"));
                    module.cross_pairs += 2 * architecture.d_model as u64;
                }
            }
        }
        cost
    }

    /// The cost of one greedy translation.
    pub fn cost(&self, source_tokens: usize, target_tokens: usize) -> Cost {
        let (s, t) = (source_tokens as u64, target_tokens as u64);
        let modules: Vec<ModuleCost> = self
            .modules
            .iter()
            .map(|module| ModuleCost {
                name: module.name.clone(),
                parameters: module.parameters,
                mult_adds: module.source * s
                    + module.target * t
                    + module.source_pairs * s * s
                    + module.cross_pairs * s * t
                    + module.target_pairs * t * (t + 1) / 2,
            })
            .collect();
        Cost {
            source_tokens,
            target_tokens,
            parameters: modules.iter().map(|module| module.parameters).sum(),
            mult_adds: modules.iter().map(|module| module.mult_adds).sum(),
            modules,
        }
    }

    /// Adds the products with a stored matrix, by position.
    fn count_products(&mut self, graph: &OnnxGraph, field: impl Fn(&mut Module) -> &mut u64) {
        // The output projection multiplies by the transposed embedding.
        let mut alias = HashMap::new();
        for node in graph.nodes() {
            if let ("Transpose", [input], [output]) = (
                node.op_type.as_str(),
                node.input.as_slice(),
                node.output.as_slice(),
            ) {
                alias.insert(output.as_str(), input.as_str());
            }
            if !matches!(node.op_type.as_str(), "MatMul" | "MatMulInteger") {
                continue;
            }
            let Some(matrix) = node.input.get(1) else {
                continue;
            };
            let (name, module) = match alias.get(matrix.as_str()) {
                Some(name) => (*name, "output"),
                None => (matrix.as_str(), module_of(matrix)),
            };
            if let Some(tensor) = graph.tensor(name) {
                *field(self.module(module)) += tensor.len() as u64;
            }
        }
    }

    fn module(&mut self, name: &str) -> &mut Module {
        let place = match self.modules.iter().position(|module| module.name == name) {
            Some(place) => place,
            None => {
                self.modules.push(Module {
                    name: name.into(),
                    parameters: 0,
                    source: 0,
                    target: 0,
                    source_pairs: 0,
                    cross_pairs: 0,
                    target_pairs: 0,
                });
                self.modules.len() - 1
            }
        };
        &mut self.modules[place]
    }
}

/// Whether an initializer was trained: not so the scales of quantised weights and the constants of the graph.
fn is_parameter(name: &str) -> bool {
    let trained = [".weight", ".bias"].iter().any(|end| name.ends_with(end));
    trained || is_kernel(name)
}

fn is_kernel(name: &str) -> bool {
    name.ends_with(".local.kernel")
}

/// The module of an initializer: `encoder.0.global.qkv.weight` is of `encoder.0.global`, `encoder.0.ffn1.bias` of
/// `encoder.0.ffn`.
fn module_of(name: &str) -> &str {
    let part = name.match_indices('.').map(|(i, _)| i).nth(2);
    let part = match name.starts_with("encoder.") || name.starts_with("decoder.") {
        true => &name[..part.unwrap_or(name.len())],
        false => name.split('.').next().unwrap_or(name),
    };
    part.trim_end_matches(|c: char| c.is_ascii_digit())
}
