//! What the nodes of a file do together: each function recognises one of our operators from its last value backwards.
//!
//! Nothing is guessed: a value that is not made exactly as described is an error that names it.

use std::collections::HashMap;

use tract_onnx::pb::NodeProto;

use super::onnx::OnnxGraph;
use super::weights::{EmbeddingTensors, LinearTensors};

/// The nodes of a graph by the values they make.
pub struct Patterns<'a> {
    graph: &'a OnnxGraph,
    makers: HashMap<&'a str, &'a NodeProto>,
}

/// What makes a value.
pub enum Pattern<'a> {
    Embedding {
        ids: &'a str,
        tensors: EmbeddingTensors<'a>,
    },
    Linear(Linear<'a>),
    /// Queries, keys and values side by side in one value.
    SelfAttention(Attention<'a>),
    /// The same with a cache of earlier keys and values.
    CachedAttention(Attention<'a>),
    CrossAttention {
        layer: usize,
        attention: Attention<'a>,
    },
    Convolution {
        input: &'a str,
        kernel: &'a str,
    },
    CachedConvolution {
        input: &'a str,
        kernel: &'a str,
    },
    /// A convolution whose kernels are computed from its input, over a whole sentence or, if `cached`, one step at a
    /// time.
    DynamicConvolution {
        input: &'a str,
        /// What the softmax of which are the kernels.
        scores: &'a str,
        /// The kernels, which a trace keeps.
        kernels: &'a str,
        cached: bool,
    },
    AddNorm {
        residual: &'a str,
        updates: Vec<&'a str>,
        weight: &'a str,
        bias: &'a str,
        epsilon: f32,
    },
    /// Part `part` of `parts` of a value, as heads.
    Heads {
        input: &'a str,
        part: usize,
        parts: &'a [String],
    },
}

/// A linear layer.
pub struct Linear<'a> {
    pub input: &'a str,
    /// Part `.0` of the input cut into parts of these lengths, if it is not all of it.
    pub part: Option<(usize, Vec<i64>)>,
    pub tensors: LinearTensors<'a>,
    pub relu: bool,
    /// Whether the input is brought to one axis of rows first.
    pub flat: bool,
}

/// What an attention reads, and the values that a trace keeps of it.
pub struct Attention<'a> {
    pub input: &'a str,
    pub heads: usize,
    pub weights: &'a str,
    pub values: &'a str,
}

impl<'a> Patterns<'a> {
    pub fn new(graph: &'a OnnxGraph) -> Patterns<'a> {
        let mut makers = HashMap::new();
        for node in graph.nodes() {
            for output in &node.output {
                makers.insert(output.as_str(), node);
            }
        }
        Patterns { graph, makers }
    }

    /// What makes a value, if it is one of the patterns.
    pub fn of(&self, value: &'a str) -> Option<Pattern<'a>> {
        match self.maker(value)?.op_type.as_str() {
            "LayerNormalization" => self.add_norm(value),
            "Relu" | "Mul" | "MatMul" => self.linear(value).map(Pattern::Linear),
            "Add" => match self.linear(value) {
                Some(linear) => Some(Pattern::Linear(linear)),
                None => self.embedding(value),
            },
            "Reshape" => self
                .attention(value)
                .or_else(|| self.dynamic_convolution(value)),
            "Transpose" => self.convolution(value).or_else(|| self.heads(value)),
            "ReduceSum" => self.cached_convolution(value),
            _ => None,
        }
    }

    /// `Add(Mul(rows, factor), Concat(Sin(angles), Cos(angles)))`, where the rows are looked up and, if they are int8,
    /// multiplied by their scales.
    fn embedding(&self, value: &'a str) -> Option<Pattern<'a>> {
        let [scaled, encoding] = self.inputs(value, "Add")?;
        let [rows, factor] = self.inputs(scaled, "Mul")?;
        let [sines, cosines] = self.inputs(encoding, "Concat")?;
        let [angles] = self.inputs(sines, "Sin")?;
        let [same] = self.inputs(cosines, "Cos")?;
        let [_, frequencies] = self.inputs(angles, "Mul")?;
        let (weight, ids, scale) = match self.inputs(rows, "Gather") {
            Some([weight, ids]) => (weight, ids, None),
            None => {
                let [cast, column] = self.inputs(rows, "Mul")?;
                let [levels] = self.inputs(cast, "Cast")?;
                let [weight, ids] = self.inputs(levels, "Gather")?;
                let [scales, _] = self.inputs(column, "Unsqueeze")?;
                let [scale, others] = self.inputs(scales, "Gather")?;
                (ids == others).then_some((weight, ids, Some(scale)))?
            }
        };
        (angles == same).then_some(Pattern::Embedding {
            ids,
            tensors: EmbeddingTensors {
                weight,
                scale,
                factor,
                frequencies,
            },
        })
    }

    /// A product with a stored matrix, perhaps with bias and ReLU; of int8 with everything that quantises and scales.
    fn linear(&self, value: &'a str) -> Option<Linear<'a>> {
        let (value, relu) = match self.inputs(value, "Relu") {
            Some([value]) => (value, true),
            None => (value, false),
        };
        let (product, bias) = match self.inputs(value, "Add") {
            Some([product, bias]) => (product, Some(bias)),
            None => (value, None),
        };
        if bias.is_some_and(|bias| self.graph.tensor(bias).is_none()) {
            return None;
        }
        let (input, matrix, scale) = match self.inputs(product, "MatMul") {
            Some([input, matrix]) => (input, matrix, None),
            None => {
                let [cast, factor] = self.inputs(product, "Mul")?;
                let [sums] = self.inputs(cast, "Cast")?;
                let [levels, matrix, zero_point] = self.inputs(sums, "MatMulInteger")?;
                let [input_scale, scale] = self.inputs(factor, "Mul")?;
                let quantiser = self.maker(levels)?;
                let made = [levels, input_scale, zero_point];
                let right =
                    quantiser.op_type == "DynamicQuantizeLinear" && quantiser.output == made;
                let input = quantiser.input.first().filter(|_| right)?;
                (input.as_str(), matrix, Some(scale))
            }
        };
        let (weight, transposed) = match self.inputs(matrix, "Transpose") {
            Some([weight]) if self.graph.tensor(weight).is_some() => (weight, true),
            Some(_) => return None,
            None => (matrix, false),
        };
        self.graph.tensor(weight)?;
        let (input, flat) = match self.inputs(input, "Reshape") {
            Some([rows, shape]) if self.is_flat(shape) => (rows, true),
            _ => (input, false),
        };
        let (input, part) = match self.split(input) {
            Some((whole, part, lengths)) => (whole, Some((part, lengths))),
            None => (input, None),
        };
        Some(Linear {
            input,
            part,
            tensors: LinearTensors {
                weight,
                transposed,
                scale,
                bias,
            },
            relu,
            flat,
        })
    }

    /// `Reshape(Transpose(MatMul(Softmax(MatMul(queries, keys)), values)))`.
    fn attention(&self, value: &'a str) -> Option<Pattern<'a>> {
        let [mixed, _] = self.inputs(value, "Reshape")?;
        let [mixed] = self.inputs(mixed, "Transpose")?;
        let [weights, all_values] = self.inputs(mixed, "MatMul")?;
        let [scores] = self.inputs(weights, "Softmax")?;
        let [queries, keys] = self.inputs(scores, "MatMul")?;
        let [keys] = self.inputs(keys, "Transpose")?;
        let (queries, heads) = self.unheaded(queries)?;
        let attention = |input, values| Attention {
            input,
            heads,
            weights,
            values,
        };
        // To the source: keys and values are inputs of the graph.
        if let Some(layer) = keys.strip_prefix("cross_k.") {
            let same = all_values.strip_prefix("cross_v.") == Some(layer);
            return same.then_some(Pattern::CrossAttention {
                layer: layer.parse().ok()?,
                attention: attention(queries, all_values),
            });
        }
        // One step: new keys and values are put behind the cached ones.
        if let Some([cached_keys, new_keys]) = self.inputs(keys, "Concat") {
            let [cached_values, new_values] = self.inputs(all_values, "Concat")?;
            let inputs = cached_keys.starts_with("self_k.") && cached_values.starts_with("self_v.");
            let input = self.side_by_side([
                queries,
                self.unheaded(new_keys)?.0,
                self.unheaded(new_values)?.0,
            ])?;
            return inputs.then_some(Pattern::CachedAttention(attention(input, new_values)));
        }
        // A whole sentence: the keys' heads were moved to the front and transposed in one.
        let [keys, _] = self.inputs(keys, "Reshape")?;
        let input = self.side_by_side([queries, keys, self.unheaded(all_values)?.0])?;
        Some(Pattern::SelfAttention(attention(input, all_values)))
    }

    /// `Transpose(Conv(Transpose(input), kernel))`.
    fn convolution(&self, value: &'a str) -> Option<Pattern<'a>> {
        let [convolved] = self.inputs(value, "Transpose")?;
        let [turned, kernel] = self.inputs(convolved, "Conv")?;
        let [input] = self.inputs(turned, "Transpose")?;
        Some(Pattern::Convolution { input, kernel })
    }

    /// `ReduceSum(Mul(Concat(cache, input), kernel))`.
    fn cached_convolution(&self, value: &'a str) -> Option<Pattern<'a>> {
        let [products, _] = self.inputs(value, "ReduceSum")?;
        let [window, kernel] = self.inputs(products, "Mul")?;
        let [cache, input] = self.inputs(window, "Concat")?;
        let cached = cache.starts_with("conv.") && self.graph.tensor(kernel).is_some();
        cached.then_some(Pattern::CachedConvolution { input, kernel })
    }

    /// `Reshape(MatMul(neighbours, kernels))` over a sentence, `Reshape(MatMul(kernels, window))` of one step, where the
    /// kernels are `Softmax(Reshape(scores))`.
    fn dynamic_convolution(&self, value: &'a str) -> Option<Pattern<'a>> {
        let [mixed, _] = self.inputs(value, "Reshape")?;
        let [left, right] = self.inputs(mixed, "MatMul")?;
        let scores = |kernels: &'a str| -> Option<&'a str> {
            let [grouped] = self.inputs(kernels, "Softmax")?;
            Some(self.inputs::<2>(grouped, "Reshape")?[0])
        };
        if let Some(scores) = scores(left) {
            let [grouped] = self.inputs(right, "Transpose")?;
            let [window, _] = self.inputs(grouped, "Reshape")?;
            let [cache, input] = self.inputs(window, "Concat")?;
            return cache
                .starts_with("conv.")
                .then_some(Pattern::DynamicConvolution {
                    input,
                    scores,
                    kernels: left,
                    cached: true,
                });
        }
        let [grouped] = self.inputs(left, "Transpose")?;
        let [neighbours, _] = self.inputs(grouped, "Reshape")?;
        let [turned, _] = self.inputs(neighbours, "Conv")?;
        let [input] = self.inputs(turned, "Transpose")?;
        Some(Pattern::DynamicConvolution {
            input,
            scores: scores(right)?,
            kernels: right,
            cached: false,
        })
    }

    /// `LayerNormalization(Add(residual, update))`, where the update may be put together of several.
    fn add_norm(&self, value: &'a str) -> Option<Pattern<'a>> {
        let [sum, weight, bias] = self.inputs(value, "LayerNormalization")?;
        let [residual, update] = self.inputs(sum, "Add")?;
        let updates = match self.maker(update) {
            Some(node) if node.op_type == "Concat" => {
                node.input.iter().map(String::as_str).collect()
            }
            _ => vec![update],
        };
        let node = self.maker(value)?;
        let epsilon = node
            .attribute
            .iter()
            .find(|attribute| attribute.name == "epsilon");
        Some(Pattern::AddNorm {
            residual,
            updates,
            weight,
            bias,
            epsilon: epsilon.map_or(1e-5, |attribute| attribute.f),
        })
    }

    /// `Transpose(Reshape(part of a split))`.
    fn heads(&self, value: &'a str) -> Option<Pattern<'a>> {
        let [headed] = self.inputs(value, "Transpose")?;
        let [part, _] = self.inputs(headed, "Reshape")?;
        let node = self.maker(part).filter(|node| node.op_type == "Split")?;
        Some(Pattern::Heads {
            input: node.input.first()?,
            part: node.output.iter().position(|output| output == part)?,
            parts: &node.output,
        })
    }

    /// Takes `Transpose(Reshape(value, [0, 0, heads, channels]))` apart.
    fn unheaded(&self, value: &'a str) -> Option<(&'a str, usize)> {
        let [headed] = self.inputs(value, "Transpose")?;
        let [rows, shape] = self.inputs(headed, "Reshape")?;
        match self.graph.tensor(shape)?.i64()?.as_slice() {
            &[0, 0, heads, _] => Some((rows, usize::try_from(heads).ok()?)),
            _ => None,
        }
    }

    /// The value that was cut into exactly these three.
    fn side_by_side(&self, parts: [&'a str; 3]) -> Option<&'a str> {
        let node = self.maker(parts[0])?;
        (node.op_type == "Split" && node.output == parts).then(|| node.input[0].as_str())
    }

    /// Which part of what a value is, and the lengths of all parts.
    fn split(&self, value: &'a str) -> Option<(&'a str, usize, Vec<i64>)> {
        let node = self.maker(value).filter(|node| node.op_type == "Split")?;
        let [whole, lengths] = node.input.as_slice() else {
            return None;
        };
        let part = node.output.iter().position(|output| output == value)?;
        Some((whole, part, self.graph.tensor(lengths)?.i64()?))
    }

    /// Whether a shape is `[-1, channels]`.
    fn is_flat(&self, shape: &str) -> bool {
        let shape = self.graph.tensor(shape).and_then(|shape| shape.i64());
        matches!(shape.as_deref(), Some([-1, _]))
    }

    fn maker(&self, value: &str) -> Option<&'a NodeProto> {
        self.makers.get(value).copied()
    }

    /// The inputs of the node that makes a value, if it is of this type and has so many.
    fn inputs<const N: usize>(&self, value: &str, op_type: &str) -> Option<[&'a str; N]> {
        let node = self.maker(value).filter(|node| node.op_type == op_type)?;
        let inputs: Vec<&str> = node.input.iter().map(String::as_str).collect();
        inputs.try_into().ok()
    }
}
