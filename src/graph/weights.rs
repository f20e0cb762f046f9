//! Stored matrices in the order the kernels want, packed once for all plans.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::onnx::{Elements, OnnxGraph};
use crate::error::Error;
use crate::kernels::{F32Matrix, Int8Matrix};
use crate::ops::{Matrix, Rows, Table};

/// What was packed already, by the name of the weights.
#[derive(Debug, Default)]
pub struct Weights {
    matrices: HashMap<String, Matrix>,
    rows: HashMap<String, Arc<Rows>>,
}

/// The names of the tensors of a linear layer.
pub struct LinearTensors<'a> {
    /// Weights, `[in, out]`, or `[out, in]` if `transposed`.
    pub weight: &'a str,
    pub transposed: bool,
    /// One scale an output, if the weights are int8.
    pub scale: Option<&'a str>,
    pub bias: Option<&'a str>,
}

/// The names of the tensors of an embedding.
pub struct EmbeddingTensors<'a> {
    pub weight: &'a str,
    /// One scale a row, if the weights are int8.
    pub scale: Option<&'a str>,
    pub factor: &'a str,
    pub frequencies: &'a str,
}

impl Weights {
    /// The matrix of a linear layer.
    pub fn matrix(&mut self, graph: &OnnxGraph, names: &LinearTensors) -> Result<Matrix, Error> {
        if let Some(matrix) = self.matrices.get(names.weight) {
            return Ok(matrix.clone());
        }
        let matrix = pack(graph, names)?;
        self.matrices
            .insert(names.weight.to_owned(), matrix.clone());
        Ok(matrix)
    }

    /// The table of an embedding.
    pub fn rows(
        &mut self,
        graph: &OnnxGraph,
        names: &EmbeddingTensors,
    ) -> Result<Arc<Rows>, Error> {
        if let Some(rows) = self.rows.get(names.weight) {
            return Ok(rows.clone());
        }
        let rows = Arc::new(table(graph, names)?);
        self.rows.insert(names.weight.to_owned(), rows.clone());
        Ok(rows)
    }
}

/// The elements of an f32 tensor of a known length.
pub fn vector(graph: &OnnxGraph, name: &str, length: usize) -> Result<Vec<f32>, Error> {
    let tensor = graph
        .tensor(name)
        .ok_or_else(|| graph.error(format!("it lacks the tensor {name:?}")))?;
    match tensor.f32() {
        Some(values) if values.len() == length => Ok(values),
        _ => Err(graph.error(format!("{name:?} is not {length} f32 numbers"))),
    }
}

fn pack(graph: &OnnxGraph, names: &LinearTensors) -> Result<Matrix, Error> {
    let name = names.weight;
    let tensor = graph
        .tensor(name)
        .ok_or_else(|| graph.error(format!("it lacks the tensor {name:?}")))?;
    let &[rows, columns] = tensor.shape.as_slice() else {
        return Err(graph.error(format!("{name:?} has the shape {:?}", tensor.shape)));
    };
    let (inputs, outputs) = match names.transposed {
        true => (columns, rows),
        false => (rows, columns),
    };
    if inputs == 0 || outputs == 0 {
        return Err(graph.error(format!("{name:?} is empty")));
    }
    let place = |input: usize, output: usize| match names.transposed {
        true => output * columns + input,
        false => input * columns + output,
    };
    let bias = names
        .bias
        .map(|bias| vector(graph, bias, outputs))
        .transpose()?;
    match (tensor.data, names.scale) {
        (Elements::I8(bytes), Some(scale)) => {
            let scales = vector(graph, scale, outputs)?;
            let (transposed, bias) = (names.transposed, bias.as_deref());
            let matrix = Int8Matrix::new(inputs, outputs, bytes, transposed, &scales, bias);
            Ok(Matrix::Int8(Arc::new(matrix)))
        }
        (Elements::F32(_), None) => {
            let values = tensor.f32().unwrap_or_default();
            let weight = |input, output| values[place(input, output)];
            let matrix = F32Matrix::new(inputs, outputs, weight, bias.as_deref());
            Ok(Matrix::F32(Arc::new(matrix)))
        }
        _ => Err(graph.error(format!("{name:?} has the wrong type for its product"))),
    }
}

fn table(graph: &OnnxGraph, names: &EmbeddingTensors) -> Result<Rows, Error> {
    let name = names.weight;
    let tensor = graph
        .tensor(name)
        .ok_or_else(|| graph.error(format!("it lacks the tensor {name:?}")))?;
    let &[tokens, channels] = tensor.shape.as_slice() else {
        return Err(graph.error(format!("{name:?} has the shape {:?}", tensor.shape)));
    };
    if channels == 0 || channels % 2 == 1 {
        return Err(graph.error(format!("{name:?} has {channels} channels")));
    }
    let table = match (tensor.data, names.scale) {
        (Elements::I8(bytes), Some(scale)) => Table::Int8 {
            weights: bytes.to_vec(),
            scales: vector(graph, scale, tokens)?,
        },
        (Elements::F32(_), None) => Table::F32 {
            weights: tensor.f32().unwrap_or_default(),
        },
        _ => return Err(graph.error(format!("{name:?} has the wrong type for a look-up"))),
    };
    Ok(Rows {
        table,
        channels,
        factor: vector(graph, names.factor, 1)?[0],
        frequencies: vector(graph, names.frequencies, channels / 2)?,
        positions: Mutex::default(),
    })
}
